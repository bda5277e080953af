"""The web app: Streamlit pages and a few HTTP routes in one process. Only here do collectors and pages meet."""
