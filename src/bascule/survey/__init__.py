"""A million domains: a list or evidence becomes tables, part by part, on all cores, and goes on after any interruption."""

from bascule.survey.ledger import Counts
from bascule.survey.parting import Share, kind_of
from bascule.survey.run import DONE, Progress, Survey, SurveyError, survey
from bascule.survey.shard import Ask
from bascule.survey.tables import FORMATS

__all__ = ["DONE", "FORMATS", "Ask", "Counts", "Progress", "Share", "Survey", "SurveyError", "kind_of", "survey"]
