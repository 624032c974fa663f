"""The tables of risk, a file a noun."""

from safeguard.risk.model.flag import Flag, FlagEvidence, FlagStep
from safeguard.risk.model.policy import PolicyAdoption, PolicyTrial, PolicyTrialChild
from safeguard.risk.model.protective_factor import ProtectiveFactor
from safeguard.risk.model.standing import RiskStanding, RiskStandingAgency

__all__ = [
    "Flag",
    "FlagEvidence",
    "FlagStep",
    "PolicyAdoption",
    "PolicyTrial",
    "PolicyTrialChild",
    "ProtectiveFactor",
    "RiskStanding",
    "RiskStandingAgency",
]
