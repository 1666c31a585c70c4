"""The pages on which people look at what was made: their addresses, and the buttons in Airflow's UI that lead there.

Never here: the pages themselves, which the plugin serves.
"""
