"""The school gateway: takes alerts in, reports them, reads cameras, serves the school's pages."""
