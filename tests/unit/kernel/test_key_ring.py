"""The key ring: what is sealed opens in its own place alone, with a key of the ring, unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from safeguard.kernel.key_ring import KeyRing, SealBroken, key_of, new_key, same_material

_OLD, _NEW = f"old:{new_key()}", f"new:{new_key()}"
_RING = KeyRing.read(_OLD)
_TURNED = KeyRing.read(f"{_NEW},{_OLD}")
_PLACE = "second_factor.secret_sealed:7"


@given(some.binary(max_size=400), some.text(max_size=30))
def test_what_is_sealed_opens_where_it_was_sealed(plain: bytes, place: str) -> None:
    assert _RING.open(_RING.seal(plain, place), place) == plain
    assert _TURNED.open(_RING.seal(plain, place), place) == plain


@pytest.mark.parametrize("elsewhere", ["second_factor.secret_sealed:8", "second_factor.other:7", "mail.secret_sealed:7", ""])
def test_moved_to_another_row_column_or_table_it_does_not_open(elsewhere: str) -> None:
    with pytest.raises(SealBroken):
        _RING.open(_RING.seal(b"secret", _PLACE), elsewhere)


def test_no_bit_of_it_can_be_changed_and_no_end_cut_off() -> None:
    sealed = _RING.seal(b"secret", _PLACE)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            _RING.open(bytes(changed), _PLACE)
        with pytest.raises(SealBroken):
            _RING.open(sealed[:at], _PLACE)


def test_halves_of_two_values_of_one_place_do_not_make_a_third() -> None:
    one, other = _RING.seal(b"one", _PLACE), _RING.seal(b"two", _PLACE)
    with pytest.raises(SealBroken):
        _RING.open(one[:65] + other[65:], _PLACE)


def test_turning_to_a_new_key_wraps_again_and_the_old_one_can_go() -> None:
    sealed = _RING.seal(b"secret", _PLACE)
    turned = _TURNED.rewrap(sealed, _PLACE)
    assert (key_of(sealed), key_of(turned)) == ("old", "new")
    assert KeyRing.read(_NEW).open(turned, _PLACE) == b"secret"
    assert turned.endswith(sealed[-(12 + 6 + 16):]), "the content is not touched"
    with pytest.raises(SealBroken):
        KeyRing.read(_NEW).open(sealed, _PLACE)
    with pytest.raises(SealBroken):
        _TURNED.rewrap(sealed, "elsewhere")


def test_the_same_text_never_looks_the_same() -> None:
    assert len({_RING.seal(b"secret", _PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text",
    ["", "nothing", "a:", "a:short", f"a:{'A' * 43}=", f"{_OLD},{_OLD}", f"a b:{new_key()}", f"a:{new_key()[:-4]}", "a:*"],
    ids=["nothing", "no key", "no value", "short", "too long", "twice", "a bad name", "cut off", "no base64"],
)
def test_a_ring_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        KeyRing.read(text)


def test_another_secret_written_again_is_known() -> None:
    assert same_material(_RING, (_OLD,))
    assert not same_material(_RING, (_NEW, ""))
