"""Where the npm packages' files are under STATIC_URL; templates say {% npm "tabler.css" %}."""

NPM_ASSETS: dict[str, str] = {
    "tabler.css": "npm/@tabler/core/css/tabler.min.css",
    "tabler.js": "npm/@tabler/core/js/tabler.min.js",
    "icons.css": "npm/@tabler/icons-webfont/tabler-icons.min.css",
    "htmx.js": "npm/htmx.org/htmx.min.js",
    "alpine.js": "npm/@alpinejs/csp/cdn.min.js",
    "echarts.js": "npm/echarts/echarts.min.js",
    "inter.css": "npm/@fontsource-variable/inter/wght.css",
    "noto-sc.css": "npm/@fontsource-variable/noto-sans-sc/wght.css",
    "noto-tc.css": "npm/@fontsource-variable/noto-sans-tc/wght.css",
}
