"""Who works on a referral: taken, given, handed on with a reason, and back in the queue where nobody is there for it."""
