"""Families of every shape, in a few words each: what a genogram has to draw. All made up."""

from __future__ import annotations

import uuid
from datetime import date

from safeguard.concerns.genogram.facts import Couple, Descent, Family, Home, Member, Peer

_TODAY = date(2026, 6, 1)
_SHAPES = {"F": "circle", "M": "square", "U": "diamond"}


def key(name: str) -> uuid.UUID:
    """The id of a member by name."""
    return uuid.uuid5(uuid.NAMESPACE_DNS, name)


def member(words: str) -> Member:
    """"Ann F34" a woman of 34; `*` in focus, `x` deceased; "Bump U-" is not born yet; an underscore is a space."""
    name, rest = words.split(" ")
    years = "".join(letter for letter in rest if letter.isdigit())
    shown = name.replace("_", " ")
    return Member(
        key(name), shown, "" if years else "Unborn, due 3 March 2027" if "-" in rest else "Age not known", _SHAPES[rest[0]],
        age=years, born=date(_TODAY.year - int(years), 1, 1) if years else None, adult=bool(years) and int(years) >= 18,
        focus="*" in rest, deceased="x" in rest,
    )  # fmt: skip


def family(people: str, lines: str = "", homes: str = "") -> Family:
    """Lines: "Ann=Bob" married, "Ann+Bob" partners, "Ann/Bob" ended, "Ann,Bob>Cy,Di" birth; ">adopted:" and others for
    other descents, "Ann>kin2:Cy" two generations, "Cy~Di" siblings, "Cy~half:Di". Homes: "Ann,Cy; Bob,Di"."""
    couples, descents, peers = [], [], []
    for line in filter(None, (one.strip() for one in lines.split(";"))):
        for sign, status in (("=", "married"), ("+", "partners"), ("/", "ended")):
            if sign in line and ">" not in line and "~" not in line:
                one, other = line.split(sign)
                couples.append(Couple(key(one), key(other), status))
        if ">" in line:
            uppers, lowers = line.split(">")
            kind, lowers = lowers.split(":") if ":" in lowers else ("birth", lowers)
            rise = int(kind[-1]) if kind[-1].isdigit() else 1
            descents += [
                Descent(key(up), key(low), kind.rstrip("0123456789"), rise) for up in uppers.split(",") for low in lowers.split(",")
            ]
        if "~" in line:
            one, other = line.split("~")
            kind, other = other.split(":") if ":" in other else ("sibling", other)
            peers.append(Peer(key(one), key(other), kind))
    return Family(
        tuple(member(one.strip()) for one in people.split(";")),
        tuple(descents), tuple(couples), tuple(peers),
        tuple(Home("ABCDEF"[number], tuple(key(one.strip()) for one in home.split(","))) for number, home in enumerate(homes.split(";")))
        if homes else (),
    )  # fmt: skip


_LONG = "Maximiliana-Alexandrina_Oluwaseunfunmi_Featherstonehaugh-Cholmondeley"

FAMILIES: dict[str, Family] = {
    "one child alone": family("Maya F9*"),
    "married parents, three children": family("Ann F34; Bob M36; Cy M9*; Di F7; Ed M3", "Ann=Bob; Ann,Bob>Cy,Di,Ed", "Ann,Bob,Cy,Di,Ed"),
    "mother alone": family("Ann F34; Cy M9*; Di F7", "Ann>Cy,Di", "Ann,Cy,Di"),
    "parted parents, two homes": family("Ann F34; Bob M36; Cy M9*; Di F7", "Ann/Bob; Ann,Bob>Cy,Di", "Ann,Cy,Di; Bob"),
    "half-siblings by two fathers": family(
        "Ann F34; Bob M36; Dan M31; Cy M9*; Di F7; Eve F2",
        "Ann/Bob; Ann+Dan; Ann,Bob>Cy,Di; Ann,Dan>Eve; Dan>step:Cy,Di", "Ann,Dan,Cy,Di,Eve"
    ),
    "three partners": family(
        "Ann F40; Bob M42; Dan M39; Fay F33; Cy M15*; Di F12; Eve F4; Gus M1",
        "Ann/Bob; Ann/Dan; Ann=Fay; Ann,Bob>Cy; Ann,Dan>Di; Ann,Fay>Eve,Gus", "Ann,Fay,Cy,Di,Eve,Gus",
    ),
    "three generations": family(
        "Nan F66; Pop M70x; Gran F64; Ann F34; Bob M36; Una F30; Cy M9*; Di F7",
        "Nan=Pop; Nan,Pop>Ann,Una; Gran>Bob; Ann=Bob; Ann,Bob>Cy,Di", "Nan,Una; Ann,Bob,Cy,Di",
    ),
    "four generations in one home": family(
        "Old F88; Nan F62; Ann F38; Sue F19*; Bump U-", "Old>Nan; Nan>Ann; Ann>Sue; Sue>Bump", "Old,Nan,Ann,Sue,Bump"
    ),
    "twins and an unborn child": family(
        "Ann F34; Bob M36; Cy M9; Tim M5*; Tom M5*; Bump U-", "Ann+Bob; Ann,Bob>Cy,Tim,Tom,Bump; Tim~twin:Tom", "Ann,Bob,Cy,Tim,Tom"
    ),
    "adopted by two mothers": family(
        "Ann F44; Fay F43; Birth_mother F29; Cy M9*; Di F7*", "Ann=Fay; Ann,Fay>adopted:Cy,Di; Birth_mother>Cy,Di", "Ann,Fay,Cy,Di"
    ),
    "two fathers with a birth child and an adopted one": family(
        "Bob M40; Dan M41; Cy M9*; Di F3", "Bob=Dan; Bob,Dan>Cy; Bob,Dan>adopted:Di", "Bob,Dan,Cy,Di"
    ),
    "foster home": family(
        "Kim F52; Lou M55; Ann F30; Bob M33; Cy M9*; Di F7; Max M14",
        "Kim=Lou; Kim,Lou>Max; Kim,Lou>foster:Cy,Di; Ann/Bob; Ann,Bob>Cy,Di", "Kim,Lou,Cy,Di,Max; Ann",
    ),
    "birth and foster family of one child": family(
        "Ann F30; Bob M33; Kim F52; Lou M55; Cy M9*; Di F7; Baby F1", "Ann+Bob; Kim=Lou; Ann,Bob>Cy,Di,Baby; Kim,Lou>foster:Cy",
        "Ann,Bob,Di,Baby; Kim,Lou,Cy",
    ),
    "a home with a child by birth, one adopted and two fostered": family(
        "Kim F45; Lou M47; Max M14; Ada F10*; Cy M9; Di F7; Ann F30; Eva F33",
        "Kim=Lou; Kim,Lou>Max; Kim,Lou>adopted:Ada; Kim,Lou>foster:Cy,Di; Ann>Cy,Di; Eva>Ada", "Kim,Lou,Max,Ada,Cy,Di",
    ),
    "adopted apart, one by kin": family(
        "Nan F58; Pop M60; Ann F30; Bob M33; Una F36; Vic M37; Kim F45; Lou M47; Cy M9*; Di F7; Ed M3",
        "Nan=Pop; Nan,Pop>Ann,Una; Ann/Bob; Una=Vic; Kim=Lou; Ann,Bob>Cy,Di,Ed; Una,Vic>care:Cy; Kim,Lou>adopted:Di; Nan,Pop>kin2:Ed",
        "Una,Vic,Cy; Kim,Lou,Di; Nan,Pop,Ed",
    ),
    "a lone foster carer with her own": family(
        "Kim F52; Max M14; Ann F30; Bob M33; Cy M9*; Tim M5; Tom M5",
        "Kim>Max; Kim>foster:Cy,Tim,Tom; Ann/Bob; Ann,Bob>Cy,Tim,Tom; Tim~twin:Tom", "Kim,Max,Cy,Tim,Tom; Ann; Bob",
    ),
    "grandparents bring them up, parents between not known": family(
        "Nan F66; Pop M70; Cy M9*; Di F7", "Nan=Pop; Nan,Pop>kin2:Cy,Di; Cy~Di", "Nan,Pop,Cy,Di"
    ),
    "kinship carer": family("Nan F66; Ann F34; Una F30; Cy M9*", "Nan>Ann,Una; Ann>Cy; Una>care:Cy", "Una,Cy; Nan"),
    "siblings without a parent": family("Cy M9*; Di F7; Ed M3; Hal M4", "Cy~Di; Di~Ed; Hal~half:Ed"),
    "twelve children": family(
        "Ann F44; Bob M46; " + "; ".join(f"Kid{n} {'MF'[n % 2]}{17 - n}{'*' if n == 4 else ''}" for n in range(12)),
        "Ann=Bob; Ann,Bob>" + ",".join(f"Kid{n}" for n in range(12)), "Ann,Bob," + ",".join(f"Kid{n}" for n in range(12)),
    ),
    "long names": family(
        f"{_LONG} F34; Bob M36; {_LONG}-Jr M9*; Wolfeschlegelsteinhausenbergerdorff F7; Ng M3",
        f"{_LONG}=Bob; {_LONG},Bob>{_LONG}-Jr,Wolfeschlegelsteinhausenbergerdorff,Ng",
        f"{_LONG},Bob,{_LONG}-Jr,Wolfeschlegelsteinhausenbergerdorff,Ng",
    ),
    "step-family from both sides": family(
        "Ann F38; Bob M40; Ex1 M39; Ex2 F37; Cy M12*; Di F9; Ed M11; Flo F8; Gus M1",
        "Ann=Bob; Ann/Ex1; Bob/Ex2; Ann,Ex1>Cy,Di; Bob,Ex2>Ed,Flo; Ann,Bob>Gus; Bob>step:Cy,Di; Ann>step:Ed,Flo",
        "Ann,Bob,Cy,Di,Gus; Ex2,Ed,Flo; Ex1",
    ),
    "cousins and aunts": family(
        "Nan F66; Pop M70; Ann F34; Bob M36; Una F30; Vic M33; Cy M9*; Kit F5; Lee M4; Aunt F50; Cousin U11",
        "Nan=Pop; Nan,Pop>Ann,Una; Ann+Bob; Una=Vic; Ann,Bob>Cy; Una,Vic>Kit,Lee; Aunt>kin:Cy; Cousin~kin:Cy",
        "Ann,Bob,Cy; Una,Vic,Kit,Lee",
    ),
    "a circle of parents": family("Ann F34; Bob M60; Cy M9*", "Ann>Bob; Bob>Cy; Cy>Ann", "Ann,Bob,Cy"),
    "two fathers said, and a parent younger than the child": family(
        "Ann F34; Bob M36; Dan M31; Cy M9*; Kid M4", "Ann+Bob; Ann>Cy; Bob>Cy; Dan>Cy; Kid>Cy", "Ann,Cy,Kid"
    ),
    "a partner who is also a grandfather": family(
        "Nan F60; Pop M62; Ann F34; Cy M9*", "Nan=Pop; Nan,Pop>Ann; Ann+Pop; Ann,Pop>Cy", "Ann,Pop,Cy"
    ),
    "young parents at home with theirs": family(
        "Nan F44; Pop M47; Gran F50; Sue F16*; Jay M17; Bump U-; Bro M12", "Nan=Pop; Nan,Pop>Sue,Bro; Gran>Jay; Sue+Jay; Sue,Jay>Bump",
        "Nan,Pop,Sue,Bro; Gran,Jay",
    ),
    "a lodger and somebody in the home": family("Ann F34; Cy M9*; Di F7; Lodger M41; Friend U-", "Ann>Cy,Di", "Ann,Cy,Di,Lodger"),
    "a father with children by two sisters": family(
        "Nan F60; Ann F34; Una F31; Bob M36; Cy M9*; Di F7; Kit F5", "Nan>Ann,Una; Ann/Bob; Una+Bob; Ann,Bob>Cy,Di; Una,Bob>Kit",
        "Ann,Cy,Di; Una,Bob,Kit"
    ),
}  # fmt: skip
