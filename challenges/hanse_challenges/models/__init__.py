from .questions import LONGEST_REPLY, LONGEST_TEXT, Question, QuestionTopic, Reply

__all__ = ["LONGEST_REPLY", "LONGEST_TEXT", "Question", "QuestionTopic", "Reply"]
