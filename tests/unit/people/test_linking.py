"""Files outside the database: reading them whatever is wrong with them, linking them, and learning from them."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from safeguard.ops.matching_link_command import link_files
from safeguard.people.matching import pairing
from safeguard.people.matching.columns import ColumnProblem, column_map, read_rows
from safeguard.people.matching.linking import Linked, one_to_one, ready
from safeguard.people.matching.pairing import candidate_pairs
from safeguard.people.matching.settings import MatchSettings, SettingsProblem
from safeguard.people.matching.team import Team
from safeguard.people.matching.training import as_toml, common_names, fitted, train

ON = date(2026, 1, 5)
COLUMNS = {"id": "id", "first": "given", "last": "surname", "born": "dob", "house": "address", "road": "address", "code": "postcode"}
HEADER = "id,first,last,born,house,road,code\n"
SETTINGS = MatchSettings.load()
_SYLLABLES = "bar ton wick ley ham ford thor mar den cas well hol bro sten wor fin gil ash pen".split()


def _name(chance: random.Random) -> str:
    return "".join(chance.sample(_SYLLABLES, 3)).title()


def _person(chance: random.Random) -> list[str]:
    born = f"{chance.randint(1950, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    code = f"QQ{chance.randint(1, 9)} {chance.randint(1, 9)}{chance.choice('ABDE')}{chance.choice('ABDE')}"
    return [_name(chance), _name(chance), born, str(chance.randint(1, 90)), f"{_name(chance)} Road", code]


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(max(1, len(word) - 1))
    return word[:at] + chance.choice("aeioust") + word[at + 1 :]


def _file(path: Path, people: list[list[str]], chance: random.Random | None) -> Path:
    """People as one register has them; with `chance`, one fact in ten goes wrong."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(COLUMNS)
        for number, person in enumerate(people):
            cells = person if chance is None else [_slip(cell, chance) if chance.random() < 0.1 else cell for cell in person]
            rows.writerow([f"r{number}", *cells])
    return path


def _link(folder: Path, *arguments: str, columns: dict[str, str] = COLUMNS) -> Result:
    (folder / "map.json").write_text(json.dumps(columns), encoding="utf-8")
    asked = [*arguments, "--columns", str(folder / "map.json"), "--out", str(folder / "pairs.csv")]
    return CliRunner().invoke(link_files, asked)


def _pairs(folder: Path) -> list[dict[str, str]]:
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("options", [[], ["--train"]], ids=["as set", "trained"])
def test_two_files_are_linked(tmp_path: Path, options: list[str]) -> None:
    chance = random.Random(11)
    people = [_person(chance) for _ in range(400)]
    one, other = _file(tmp_path / "a.csv", people[:350], None), _file(tmp_path / "b.csv", people[:300] + people[350:], chance)
    result = _link(tmp_path, str(one), str(other), *options)
    assert result.exit_code == 0, result.output
    found = {(row["id_a"], row["id_b"]) for row in _pairs(tmp_path) if float(row["probability"]) >= 0.5}
    true = {(f"r{number}", f"r{number}") for number in range(300)}
    assert len(found & true) >= 294
    assert len(found - true) <= 2
    assert {row["band"] for row in _pairs(tmp_path)} <= {"match", "possible", "low", "none"}


def test_one_file_is_searched_for_duplicates(tmp_path: Path) -> None:
    chance = random.Random(12)
    people = [_person(chance) for _ in range(150)]
    with _file(tmp_path / "a.csv", people, None).open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([f"d{number}", *person] for number, person in enumerate(people[:40]))
    assert _link(tmp_path, str(tmp_path / "a.csv")).exit_code == 0
    likely = [row for row in _pairs(tmp_path) if float(row["probability"]) >= 0.5]
    assert sorted(row["id_b"] for row in likely) == sorted(f"d{number}" for number in range(40))
    assert all(row["id_a"][1:] == row["id_b"][1:] for row in likely)


def test_five_hundred_babies_without_a_name_pair_nobody() -> None:
    """No quadratic blow-up: what all of them share says nothing."""
    rows = "".join(f"{n},Baby,Smith,,,,\n" for n in range(500))
    profiles = ready(read_rows((HEADER + rows).encode(), column_map(COLUMNS), on=ON).statements, SETTINGS)
    assert len(profiles) == 500
    assert candidate_pairs(Team(profiles)) == []


@pytest.mark.parametrize("first", [None, 60])
def test_pairs_are_those_that_share_two_keys_or_a_rare_one(first: int | None) -> None:
    """Counted as arrays, and here one by one."""
    chance = random.Random(14)
    people = [_person(chance) for _ in range(60)]
    rows = "".join(f"{n},{','.join(people[n % 60])}\n" for n in range(110))
    profiles = ready(read_rows((HEADER + rows).encode(), column_map(COLUMNS), on=ON).statements, SETTINGS)
    keys = [set(pairing._keys(profile)) for profile in profiles]
    held = Counter(key for one in keys for key in one)
    worth = {key: 1000 if key[0] in "nluh" else 2 if count <= 12 else 1 if count <= 60 else 0 for key, count in held.items()}
    expected = [
        (one, other)
        for one, other in combinations(range(110), 2)
        if (first is None or one < first <= other) and sum(worth[key] for key in keys[one] & keys[other]) >= 2
    ]
    assert expected
    assert candidate_pairs(Team(profiles), first) == expected


def test_among_many_a_pair_must_share_what_tells_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person in two places stays; two who share what chance gives so many are not compared."""
    chance = random.Random(15)
    rows = [_person(chance) for _ in range(2_400)]
    rows += [["Wilhelmina", "Quell", "2014-03-22", "1", "Quill Row", "QQ9 9ZZ"], ["Wilhelmina", "Quell", "2014-03-22", "7", "", "QQ1 1AA"]]
    text = "".join(f"{n},{','.join(row)}\n" for n, row in enumerate(rows))
    profiles = ready(read_rows((HEADER + text).encode(), column_map(COLUMNS), on=ON).statements, SETTINGS)
    found = set(candidate_pairs(Team(profiles)))
    monkeypatch.setattr(pairing, "_FEW", len(profiles))
    every = set(candidate_pairs(Team(profiles)))
    assert found < every
    assert (2_400, 2_401) in found


@pytest.mark.parametrize(
    ("content", "read", "words"),
    [
        (HEADER.encode() + b"1,Zo\xeb,Llyr,2014-03-22,,,QQ1 1AA\n", 1, ["line 0: the file is not UTF-8 and was read as Latin-1"]),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"1,Zo\xeb,Llyr,2014-03-22,,,QQ1 1AA\n", 1, ["line 0: the file is not UTF-8"]),
        (b"\xef\xbb\xbf" + (HEADER + "1,Zoë,Llŷr,2014-03-22,,,QQ1 1AA\n").encode(), 1, []),
        (HEADER.encode() + b"1,An\0na,Llyr,2014-03-22,,,\n", 1, ["line 2: null bytes were taken out"]),
        (HEADER.encode() + b"1,Anna\n", 1, ["line 2: 2 cells where the header has 7; the last are taken as not stated"]),
        (HEADER.encode() + b"1,Anna,Llyr,,,,,more\n", 0, ["line 2: 8 cells where the header has 7; the line is left out"]),
        (HEADER.encode() + b"1,,,,,,\n", 0, ["line 2: nothing is stated; the line is left out"]),
        (HEADER.encode() + b"1,Anna,Llyr,soon,,,\n", 1, ["line 2: dob is no date: 'soon'; taken as not stated"]),
        (HEADER.encode() + b"1,Anna,Llyr,19151341,,,\n", 1, []),
        (HEADER.encode() + b"1,Anna,Llyr,,,,\n1,Anne,Llyr,,,,\n", 1, ["line 3: the id '1' stands on line 2 already"]),
        (HEADER.encode() + b"1," + b"A" * 300 + b",Llyr,,,,\n", 1, []),
        (HEADER.encode() + b"1," + b"A" * 200_000 + b",Llyr,,,,\n2,Anna,Llyr,,,,\n", 1, ["line 2: this is not CSV"]),
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_a_line_is_said(content: bytes, read: int, words: list[str]) -> None:
    found = read_rows(content, column_map(COLUMNS), on=ON)
    assert len(found.statements) == read
    told = [f"line {notice.line}: {notice.words}" for notice in found.notices]
    assert len(told) == len(words), told
    assert all(one.startswith(start) for one, start in zip(told, words, strict=True)), told


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file has no header"), (b"id,first\n", "The file has no column 'last'"), (b"id,first,job\n", "The map does not name 'job'")],
)
def test_a_file_that_does_not_fit_the_map_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ColumnProblem, match=words):
        read_rows(content, column_map({"id": "id", "first": "given", "last": "surname"}), on=ON)


@pytest.mark.parametrize("said", [[], {}, {"first": "christian name"}, "x"])
def test_a_map_that_names_no_field_of_ours_is_refused(said: object) -> None:
    with pytest.raises(ColumnProblem):
        column_map(said)


def test_a_refused_line_ends_with_status_1_when_all_else_is_done(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "1,Anna,Llyr,2014-03-22,,,\n2,Anna,Llyr,2014-03-22,,,,,x\n", encoding="utf-8")
    result = _link(tmp_path, str(tmp_path / "a.csv"))
    assert result.exit_code == 1
    assert "line 3: 9 cells" in result.output
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8").startswith("id_a,id_b,probability,band")


def test_no_record_is_linked_twice() -> None:
    kept = one_to_one([Linked(0, 5, 9.0), Linked(0, 6, 8.0), Linked(1, 5, 3.0), Linked(1, 6, 2.0)], 2)
    assert [(link.one, link.other) for link in kept] == [(0, 5), (1, 6)]


def test_rivals_take_from_each_other() -> None:
    """Two that fit alike are each no likelier than not, however well they fit."""
    kept = one_to_one([Linked(0, 5, 12.0), Linked(0, 6, 12.0)], 1)
    assert kept[0].probability <= 0.5


def test_what_was_learnt_can_be_read_again_and_names_of_few_are_not_in_it(tmp_path: Path) -> None:
    chance = random.Random(13)
    people = [[chance.choice(["Amelia", "Noah"]), *_person(chance)[1:]] for _ in range(250)]
    one, other = _file(tmp_path / "a.csv", people, None), _file(tmp_path / "b.csv", people, chance)
    statements = [s for path in (one, other) for s in read_rows(path.read_bytes(), column_map(COLUMNS), on=ON).statements]
    profiles = ready(statements, SETTINGS)
    learnt = train(fitted(SETTINGS, profiles, 250), Team(profiles), candidate_pairs(Team(profiles), 250), version="test-1", first=250)
    assert 230 <= learnt.matches <= 265
    surname, given = common_names(profiles)
    assert set(given) == {"amelia", "noah"}
    assert surname == {}
    path = tmp_path / "new.toml"
    path.write_text(as_toml(learnt.settings, note="Learnt in a test.", surname=surname, given=given), encoding="utf-8")
    again = MatchSettings.read(path)
    assert again.version == "test-1"
    assert again.shares == learnt.settings.shares
    assert again.names.given_bits("amelia") < SETTINGS.names.given_bits("amelia")
    seen = learnt.settings.shares["birth"]
    assert seen["exact_child"][0] > 0.8 > seen["one_slip"][0] > seen["generation"][0]


@pytest.mark.parametrize(
    "text",
    [
        "version = 1", 'version = "x"', 'version = "x"\n[bands]\n[sex]\nsame = 3',
        'version = "x"\n[bands]\n[sex]\nsame = [0, 0.5]', "nonsense",
    ],
)
def test_settings_that_cannot_be_used_say_why(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem):
        MatchSettings.read(path)
