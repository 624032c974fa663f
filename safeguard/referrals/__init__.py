"""What partner agencies submit: the journey, the draft, the frozen referral, its import."""
