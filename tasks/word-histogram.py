"""Counts the words of a text. Nothing but Python's standard library.

Millrace gives the input, JSON, on stdin (and as the file $MILLRACE_INPUT), makes a log line of each line that is
written here, and takes the result, JSON, from the file $MILLRACE_RESULT.
"""

import json
import os
import re
import sys
from collections import Counter

task_input = json.load(sys.stdin)
words = re.findall(r"\w+", task_input["text"].lower())
print(f"counting {len(words)} words")

with open(os.environ["MILLRACE_RESULT"], "w", encoding="utf-8") as result:
    json.dump({"words": len(words), "top": Counter(words).most_common(task_input["top"])}, result)
