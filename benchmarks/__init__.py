"""Where the figures come from that the documentation quotes; run by hand, never asserted in tests."""
