"""Names for a population of a million: the demo's ordinary names in their shares, and a long tail of rarer ones.

A few hundred names would make a million people namesakes of each other, as no country is. The tail is put together
from parts, so that nobody real is in it.
"""

from __future__ import annotations

from itertools import accumulate, product
from random import Random

from safeguard.ops.demo.names import COMMUNITIES, Community

_PLACES = (
    "Ash Brad Bram Brock Burn Cald Chal Clay Cop Crom Dal Dews El Fair Fen Gar Glad Green Hal Har Hart Has Hazel Heb Hep High Hol"
    " Horn Kel Kirk Lang Lin Long Mar Mel Mid Nether New Nor Oak Old Pen Pres Rad Raw Red Rid Row Sal Sed Shel Stan Stav Stock Sut"
    " Swin Thorn Thur Up Wal Wat Wen West Whit Win Wood Wors Yar"
).split()
_ENDINGS = (
    "ton ley ford worth ham field wood by combe bridge well shaw croft dale burn more thwaite den stead gate wick hurst low ridge"
).split()
_STEMS = "Ra Ha Sha Ma Na Ka Za Ta Ba Ja Fa Sa Wa Ya Ami Ibi Oli Uka Chi Ade Ola Eze Abu Kar Mir".split()
_TAILS = "him reem mood zaman wala pour deen leem bir noor shan tola mani kunle neke yinka waju rada fola din".split()
_GIRLS = ("Ar El Mar Jo Ka Lu Ro Sha Ta Bri Cal De An Ce Fe Ja Le Ni Ra Sa".split(),
          "lena beth lynn anna isa elle ette ina ora issa mara wyn".split())  # fmt: skip
_BOYS = ("Ar El Mar Jo Ka Lu Ro Sha Ta Bri Cal De An Ce Fe Ja Le Ni Ra Sa".split(),
         "ton den vin lan son ric mond bert ley cus mir rell".split())  # fmt: skip
_RARE_SURNAME = {True: 0.5, False: 0.25}
_RARE_GIVEN = 0.2


def _falling(count: int) -> list[float]:
    """Running sums of shares that fall with rank, as those of names do."""
    return list(accumulate(1 / (rank + 3) ** 0.8 for rank in range(count)))


class Names:
    """Draws names; the same random source draws the same ones."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._shares = list(accumulate(one.share for one in COMMUNITIES))
        self._falls = {count: _falling(count) for one in COMMUNITIES for count in map(len, (one.girls, one.boys, one.surnames))}
        self._british = ["".join(parts) for parts in product(_PLACES, _ENDINGS)]
        self._other = ["".join(parts) for parts in product(_STEMS, _TAILS)]
        self._rare = {"F": ["".join(parts) for parts in product(*_GIRLS)], "M": ["".join(parts) for parts in product(*_BOYS)]}

    def community(self) -> Community:
        return self._random.choices(COMMUNITIES, cum_weights=self._shares)[0]

    def surname(self, of: Community) -> str:
        british = of is COMMUNITIES[0]
        if self._random.random() < _RARE_SURNAME[british]:
            return self._random.choice(self._british if british else self._other)
        name = self._pick(of.surnames)
        if british and self._random.random() < 0.03:
            return f"{name}-{self._random.choice(self._british)}"
        return name

    def given(self, of: Community, sex: str) -> str:
        if self._random.random() < _RARE_GIVEN:
            return self._random.choice(self._rare[sex])
        return self._pick(of.girls if sex == "F" else of.boys)

    def street(self) -> str:
        way = self._random.choice(("Road", "Street", "Close", "Avenue", "Lane", "Drive", "Terrace", "Grove"))
        return f"{self._random.choice(self._british)} {way}"

    def _pick(self, names: tuple[str, ...]) -> str:
        return self._random.choices(names, cum_weights=self._falls[len(names)])[0]
