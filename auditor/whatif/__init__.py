"""What if: a stored run and a rulebook that nobody has adopted yet -> what would change; and how firm a ranking is.

    past      a stored run as columns, lean reports and whole ones
    changes   which rules are new, changed or gone, and what else a folder of rules touches
    trial     the run judged anew where those rules have something to say: findings, points and grades before and after
    firmness  the ranking when points vary: rank ranges, grades, pairs that swap

No document is read again; whatever columns cannot decide is asked by the same code as in an audit.
"""
