"""The project's own generator of a made-up authority: places, households, agencies, two years of referrals."""
