"""The stated figures of this sample and the invented points between which its paths run.

README.md says which of them somebody stated and which are invented.
"""

from __future__ import annotations

from datetime import date

SEED = 20260206
FIRST, CRASH, REBOUND = date(2025, 8, 1), date(2026, 2, 5), date(2026, 2, 6)
HOURLY_FROM = date(2026, 1, 20)
#: Weekdays on which the New York exchanges stayed shut.
HOLIDAYS = frozenset({date(2025, 9, 1), date(2025, 11, 27), date(2025, 12, 25), date(2026, 1, 1), date(2026, 1, 19)})

# Midnights (UTC) through which the invented months pass, and the stated close before the crash.
AUTUMN = (
    (date(2025, 8, 1), 112_650.0),
    (date(2025, 8, 24), 118_900.0),
    (date(2025, 9, 16), 109_400.0),
    (date(2025, 10, 6), 120_800.0),
    (date(2025, 10, 24), 111_700.0),
    (date(2025, 11, 14), 98_300.0),
    (date(2025, 11, 28), 90_600.0),
    (date(2025, 12, 12), 93_400.0),
    (date(2025, 12, 29), 87_900.0),
)
WINTER = (
    (date(2025, 12, 29), 87_900.0),
    (date(2026, 1, 6), 91_800.0),
    (date(2026, 1, 20), 92_350.0),
    (date(2026, 1, 28), 89_700.0),
    (date(2026, 1, 29), 88_150.0),
    (date(2026, 1, 30), 85_900.0),
    (date(2026, 1, 31), 84_600.0),
    (date(2026, 2, 1), 79_950.0),
    (date(2026, 2, 2), 78_400.0),
    (date(2026, 2, 3), 79_150.0),
    (date(2026, 2, 4), 76_200.0),
    (CRASH, 73_100.0),
)
JANUARY_HIGH = (date(2026, 1, 14), 1057, 97_040.0)

CRASH_POINTS = (
    ("00:00", 73_100.0),
    ("01:37", 73_480.0),
    ("03:10", 72_640.0),
    ("05:05", 71_150.0),
    ("06:40", 71_430.0),
    ("08:20", 70_880.0),
    ("10:05", 69_340.0),
    ("11:50", 69_790.0),
    ("13:40", 67_380.0),
    ("14:50", 67_860.0),
    ("16:10", 65_140.0),
    ("17:50", 65_690.0),
    ("19:20", 63_940.0),
    ("20:35", 64_270.0),
    ("22:05", 62_760.0),
    ("22:41", 62_310.0),
    ("23:00", 62_480.0),
    ("24:00", 62_600.0),
)
REBOUND_POINTS = (
    ("00:00", 62_600.0),
    ("00:52", 60_000.0),
    ("02:10", 61_140.0),
    ("03:35", 60_690.0),
    ("05:30", 61_370.0),
    ("07:30", 61_020.0),
    ("09:30", 62_230.0),
    ("11:30", 64_290.0),
    ("13:30", 65_060.0),
    ("14:30", 66_120.0),
    ("15:30", 68_380.0),
    ("16:25", 69_930.0),
    ("17:08", 71_352.0),
    ("18:05", 70_390.0),
    ("18:50", 70_330.0),
    ("19:51", 71_422.0),
    ("20:45", 70_290.0),
    ("21:25", 70_400.0),
    ("22:13", 71_296.0),
    ("23:05", 70_110.0),
    ("23:30", 69_840.0),
    ("24:00", 69_980.0),
)

OPEN_INTEREST = (
    (date(2025, 8, 1), 68.2e9),
    (date(2025, 10, 6), 79.4e9),
    (date(2025, 11, 20), 64.1e9),
    (date(2025, 12, 29), 60.7e9),
    (date(2026, 1, 14), 66.0e9),
    (date(2026, 1, 26), 62.6e9),
    (date(2026, 1, 29), 61.0e9),
    (date(2026, 1, 30), 60.1e9),
    (date(2026, 1, 31), 58.6e9),
    (date(2026, 2, 1), 57.5e9),
    (date(2026, 2, 2), 56.6e9),
    (date(2026, 2, 3), 55.3e9),
    (date(2026, 2, 4), 54.1e9),
    (CRASH, 49.0e9),
    (REBOUND, 49.6e9),
)

#: Millions of dollars of long and short positions liquidated, from 29 January on.
LIQUIDATIONS = (
    (131.4, 58.9),
    (152.7, 66.3),
    (263.8, 57.5),
    (121.6, 83.2),
    (87.9, 104.4),
    (178.3, 61.8),
    (214.9, 72.1),
    (868.0, 132.0),
    (140.0, 395.0),
)

#: Twelve settlements of eight hours, 3 to 6 February; none of those before them is negative.
FUNDING = (
    *(-0.000012, -0.000021, -0.000034),
    *(-0.000048, -0.000061, -0.000083),
    *(-0.000176, -0.000309, -0.000518),
    *(-0.000437, -0.000268, -0.000119),
)

VOLATILITY_INDEX = (
    (date(2025, 8, 1), 37.6),
    (date(2025, 9, 15), 36.1),
    (date(2025, 10, 11), 43.8),
    (date(2025, 11, 20), 51.7),
    (date(2025, 12, 20), 43.3),
    (date(2026, 1, 14), 39.9),
    (date(2026, 1, 27), 40.8),
    (date(2026, 1, 30), 43.2),
    (date(2026, 1, 31), 46.4),
    (date(2026, 2, 3), 50.3),
    (date(2026, 2, 4), 53.4),
    (CRASH, 82.5),
    (REBOUND, 59.1),
)

#: Snapshot day → volatility at the money of the shortest and of the longest expiry, and the risk reversal
#: (25-delta call less put) of the expiry nearest to 30 days; all in points.
SURFACE = {
    date(2026, 1, 26): (35.4, 43.6, -4.6),
    date(2026, 1, 27): (35.8, 43.6, -4.8),
    date(2026, 1, 28): (36.7, 43.9, -4.9),
    date(2026, 1, 29): (39.4, 44.7, -5.1),
    date(2026, 1, 30): (41.5, 45.2, -5.3),
    date(2026, 1, 31): (43.8, 46.3, -5.6),
    date(2026, 2, 1): (45.5, 46.8, -5.3),
    date(2026, 2, 2): (46.2, 47.0, -5.2),
    date(2026, 2, 3): (50.2, 47.9, -5.6),
    date(2026, 2, 4): (55.7, 48.9, -6.2),
    CRASH: (102.0, 56.0, -13.0),
    REBOUND: (68.4, 51.0, -8.9),
}
FEBRUARY_EXPIRY = date(2026, 2, 27)
FRIDAYS = (
    date(2026, 1, 30),
    date(2026, 2, 6),
    date(2026, 2, 13),
    date(2026, 2, 20),
    FEBRUARY_EXPIRY,
    date(2026, 3, 27),
    date(2026, 6, 26),
)
#: Strikes on which the 25-delta put and call of the February expiry fall on the day of the crash.
QUARTER_DELTA_STRIKES = (55_500, 71_500)

#: Put open interest of the February expiry on the evening of 6 February, in coins; 58 % lies at 50,000 to 60,000.
FEBRUARY_PUTS = {
    40_000: 288.0,
    45_000: 402.5,
    48_000: 175.0,
    50_000: 1105.5,
    52_000: 214.0,
    54_000: 166.5,
    55_000: 812.0,
    56_000: 149.0,
    58_000: 228.0,
    60_000: 805.0,
    62_000: 161.5,
    64_000: 140.0,
    65_000: 305.0,
    68_000: 118.5,
    70_000: 371.0,
    72_000: 64.0,
    75_000: 214.5,
    80_000: 168.0,
    85_000: 72.0,
    90_000: 40.0,
}
#: Coins of put and of call open interest that the other expiries hold.
OTHER_INTEREST = {
    date(2026, 2, 13): (1_420.0, 1_180.0),
    date(2026, 2, 20): (960.0, 890.0),
    date(2026, 3, 27): (3_150.0, 4_420.0),
    date(2026, 6, 26): (1_880.0, 3_260.0),
}

#: Instrument → level on the first day, on 1 October, 1 December, 15 January and 4 February; daily volatility;
#: loading on the day's common shock; change on 5 and on 6 February in percent.
CLOSES = {
    "SPX": ((6_291.0, 6_612.0, 6_787.0, 6_931.0, 6_884.30), 0.007, 0.9, (-1.31, 1.97)),
    "NASDAQ": ((20_880.0, 22_490.0, 23_180.0, 23_660.0, 22_936.40), 0.010, 0.9, (-1.72, 2.18)),
    "DOW": ((43_870.0, 46_210.0, 47_480.0, 49_340.0, 49_288.60), 0.007, 0.8, (-1.12, 2.47)),
    "SOX": ((5_630.0, 6_390.0, 7_040.0, 7_880.0, 7_702.50), 0.018, 0.8, (-1.94, 5.70)),
    "GOLD": ((3_345.0, 3_862.0, 4_214.0, 4_618.0, 4_902.60), 0.011, 0.1, (-1.84, 3.90)),
    "DXY": ((98.90, 97.80, 99.30, 99.10, 97.66), 0.0035, -0.2, (0.21, -0.20)),
}
CLOSE_DATES = (FIRST, date(2025, 10, 1), date(2025, 12, 1), date(2026, 1, 15), date(2026, 2, 4))
YIELDS = ((4.25, 4.12, 4.06, 4.17, 4.27), (4.20, 4.22))
VIX = ((18.1, 16.4, 17.2, 15.9, 18.70), (21.84, 19.96))
SILVER = (
    (FIRST, 36.80),
    (date(2025, 10, 1), 46.90),
    (date(2025, 12, 1), 57.40),
    (date(2026, 1, 15), 88.90),
    (date(2026, 1, 28), 107.60),
    (date(2026, 1, 30), 92.40),
    (date(2026, 2, 4), 88.06),
)
#: Close and low of silver on 5 and 6 February; the first low is 18.0 % under the close of 4 February.
SILVER_END = ((75.50, 72.21), (81.99, 75.38))

#: Net flow of all funds, 2 to 5 February, millions of dollars: −690.0 together.
FLOWS = (318.4, -221.7, -392.5, -394.2)

HASHPRICE = (
    (date(2025, 8, 1), 42.6),
    (date(2025, 10, 1), 40.9),
    (date(2025, 11, 20), 38.4),
    (date(2025, 12, 20), 37.1),
    (date(2026, 1, 14), 38.5),
    (date(2026, 1, 29), 35.3),
    (date(2026, 2, 3), 33.4),
    (date(2026, 2, 4), 32.4),
    (CRASH, 31.9),
    (REBOUND, 31.7),
)
RETARGET = date(2026, 2, 7)
DIFFICULTY_CHANGE = -0.1337

CLUSTERS = (
    (date(2025, 12, 15), 84_200, 87_600),
    (date(2026, 1, 12), 86_100, 89_900),
    (date(2026, 1, 26), 80_300, 83_700),
    (date(2026, 2, 2), 72_900, 76_400),
    (CRASH, 66_900, 70_600),
)

SENTIMENT = (
    (date(2025, 8, 1), 63.0),
    (date(2025, 9, 16), 55.0),
    (date(2025, 10, 6), 68.0),
    (date(2025, 11, 20), 24.0),
    (date(2025, 12, 20), 31.0),
    (date(2026, 1, 14), 48.0),
    (date(2026, 1, 27), 36.0),
    (date(2026, 2, 1), 22.0),
    (date(2026, 2, 4), 17.0),
    (CRASH, 12.0),
    (REBOUND, 9.0),
)
