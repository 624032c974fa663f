"""What made-up referrers write. A few plain sentences for each category, put together by the generator."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_SENTENCES: dict[str, tuple[str, ...]] = {
    "domestic_abuse": (
        "Officers were called to an argument between the adults; the children were upstairs and heard it.",
        "Mum said her partner had pushed her and broken her phone. The children were in the room.",
        "A neighbour rang about shouting and something being thrown. One of the children was crying at the door.",
    ),
    "mental_health_parent": (
        "Mum says she has not been sleeping and finds mornings very hard.",
        "Dad told us he has stopped taking his medication and feels low most days.",
    ),
    "child_mental_health": (
        "The child told a teacher they do not want to be here any more and has marks on one arm.",
        "Anxiety has become much worse this half-term and the child will not eat lunch.",
    ),
    "neglect": (
        "Clothes are often dirty and too small, and the child arrives hungry.",
        "The child has had head lice for six weeks and untreated tooth pain.",
    ),
    "emotional": (
        "The child is called stupid and useless in front of others and seems frightened of getting things wrong.",
        "The child says that nobody at home talks to them when they have been naughty.",
    ),
    "substance_misuse_parent": (
        "Dad smelt strongly of alcohol at collection on two days this week.",
        "There was drug equipment on the kitchen table within reach of the younger child.",
    ),
    "physical_injury": (
        "There is a bruise on the upper arm about the size of a fifty pence piece.",
        "The child has a cut above the eye and says they were hit with a belt.",
    ),
    "sexual": ("The child used sexual words that are not usual for their age and would not say where they heard them.",),
    "exploitation_sexual": ("An older man has been waiting in a car at the end of the school day.",),
    "exploitation_criminal": ("The young person has a second phone and new trainers and will not say where they came from.",),
    "missing_from_home": ("The young person did not come home until the next morning and would not say where they had been.",),
    "young_carer": ("The child does the shopping and gets the younger ones up because a parent is unwell.",),
    "home_conditions": ("There was no working heating and very little food in the house when we visited.",),
    "poor_attendance": ("Attendance has fallen to 71 per cent this term without a reason being given.",),
    "inadequate_supervision": ("The children were playing by the main road after dark with no adult nearby.",),
    "unspecified_concern": ("Something feels wrong, though there is no single incident to point to.",),
    "allegation_by_family_or_public": ("The caller says the children are shouted at every evening. Earlier calls were looked into.",),
    "disability": ("The child needs help with moving and is often at hospital for planned treatment.",),
    "frequent_moves": ("The family has moved again, to temporary accommodation, and the children changed school.",),
    "housing_homelessness": ("The family is in one room while waiting for a home.",),
    "home_education": ("The parents have told us they will teach the children at home from next month.",),
    "unexplained_bruising": ("There are several small bruises on the shins and arms. A paediatric opinion is on file.",),
    "young_parent": ("Mum is a care leaver. She asked for help with routines and is keeping all her appointments.",),
    "new_partner": ("A new adult has moved in whom the school has not met.",),
    "adult_prior_harm_concern": ("The adult is known to another agency after concerns about other children.",),
    "disclosure_by_child": ("The child told a member of staff what happened in their own words, recorded below.",),
    "child_not_seen": ("Nobody answered on the last three visits and the child has not been seen.",),
    "refused_access": ("A parent spoke through the door and would not let us in.",),
    "parental_hostility": ("A parent shouted at staff and said they would take the child out of school if anybody rang again.",),
    "non_engagement": ("The family has stopped answering letters and calls from the support worker.",),
    "medical_neglect_not_brought": ("The child was not brought to the last two appointments.",),
    "weight_loss_hunger": ("The child asks for food in the morning and takes bread from the bins.",),
    "inconsistent_explanation": ("Two adults gave different accounts of how it happened.",),
    "delay_seeking_care": ("Nobody was asked to look at it until two days later.",),
    "weapons": ("The young person was found with a knife in their bag.",),
    "child_substance_misuse": ("The young person smelt of cannabis and was hard to wake.",),
    "school_exclusion": ("The young person has been permanently excluded.",),
    "missing_education": ("The child has had no school place since the summer.",),
    "criminality_violence_adult": ("An adult in the home was arrested for an assault on somebody outside the family.",),
    "previous_child_removed": ("An older child of the mother no longer lives with her after court proceedings.",),
    "cross_area_move": ("The family has moved here from another council's area.",),
    "reunification_return_home": ("The child came home from relatives some weeks ago.",),
    "private_or_kinship_care": ("The child has been living with an aunt since spring.",),
    "learning_disability_parent": ("The parent has a learning disability and finds letters hard to follow.",),
    "fgm_risk": ("The child spoke of a long summer journey and a party for her that she does not want.",),
}
_VIEWS = (
    "The child said they like school and want the shouting to stop.",
    "The child did not want to talk today.",
    "The child said they feel safe with their grandmother.",
    "The child said they are worried about their mum.",
    "Too young to say. Settled with mum, and looked to her for comfort.",
)
_STRENGTHS = (
    "Mum always comes when we ask her to and has good support from her sister.",
    "The children are close to each other and to their grandparents.",
    "The family has worked well with early help before.",
    "",
)


def narrative(random: Random, categories: Sequence[str]) -> str:
    """What the referrer says happened."""
    return " ".join(random.choice(_SENTENCES.get(category, _SENTENCES["unspecified_concern"])) for category in categories)


def views(random: Random) -> str:
    return random.choice(_VIEWS)


def strengths(random: Random) -> str:
    return random.choice(_STRENGTHS)
