"""From metrics to news: what is new on a day, ranked, each fact with what it rests on and why it ranks there."""

from reporter.news.rank import NewsDays, rank_news
from reporter.news.weights import WEIGHTS

__all__ = ["WEIGHTS", "NewsDays", "rank_news"]
