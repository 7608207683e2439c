// SPDX-License-Identifier: MIT
// The dashboard's own files, embedded when the program was built, and what each answer that carries
// one must say beside it.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace sniperforge::ops {

struct DashboardFile {
    std::string_view path;  // "/app.js".
    std::string_view content_type;
    std::string_view etag;  // Strong, quotes included: another for each change of the bytes.
    std::string_view bytes;
};

// Nothing: there is none of that path. "/" is "/index.html". Exact: nothing is decoded or resolved.
[[nodiscard]] const DashboardFile* dashboard_file(std::string_view path);
[[nodiscard]] std::span<const DashboardFile> dashboard_files();
// uPlot was there when the program was built; without, the page shows tables.
[[nodiscard]] bool has_dashboard_charts();

struct HeaderLine {
    std::string_view name, value;
};
// Of every answer to a browser. The page runs its own files and nothing else, speaks to its own
// daemon and to nobody else, and stands in no frame.
inline constexpr std::array kPageHeaders{
    HeaderLine{"Content-Security-Policy",
               "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
               "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    HeaderLine{"X-Content-Type-Options", "nosniff"},
    HeaderLine{"X-Frame-Options", "DENY"},
    HeaderLine{"Referrer-Policy", "no-referrer"},
    HeaderLine{"Cross-Origin-Opener-Policy", "same-origin"},
    HeaderLine{"Cross-Origin-Resource-Policy", "same-origin"},
    HeaderLine{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"},
    // Asked about each time: a page of the daemon before the upgrade would read what it cannot.
    HeaderLine{"Cache-Control", "no-cache"},
};

}  // namespace sniperforge::ops
