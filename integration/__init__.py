"""What crosses a border: wiring, flows between suites, relay, assembly of the API, dashboards, data sets, demo."""
