"""The statistical office: how far every municipality is, reminders, and the extract for production. No page of it shows
a person."""
