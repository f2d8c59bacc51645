"""Who can get what, and why: decisions over facts, criteria and dated parameters, without a database.

``facts`` says what can be asked and reads answers; ``households`` holds the answers of one home; ``conditions``
compares them in three-valued logic; ``nodes`` are the parts of a rule; ``ruleset`` prepares the rules of all services
for a day; ``screening`` gives the results and their reasons; ``questions`` chooses what to ask next; ``checks`` finds
faults in rules.
"""
