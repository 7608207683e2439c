// SPDX-License-Identifier: MIT
#include "sniperforge/telemetry/journal_stream.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace sniperforge::telemetry {

bool is_stderr_journal() {
    const char* const told = std::getenv("JOURNAL_STREAM");
    struct stat status{};
    return told != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == told;
}

std::string_view journal_prefix(Level level) {
    switch (level) {
        case Level::Trace:
        case Level::Debug:
            return "<7>";
        case Level::Info:
            return "<6>";
        case Level::Warning:
            return "<4>";
        case Level::Error:
        case Level::Off:
            break;
    }
    return "<3>";
}

std::string prioritised(Level level, std::string text) {
    if (!is_stderr_journal()) {
        return text;
    }
    const std::string_view prefix = journal_prefix(level);
    text.insert(0, prefix);
    for (std::size_t end = text.find('\n'); end != std::string::npos && end + 1 < text.size();
         end = text.find('\n', end + 1)) {
        text.insert(end + 1, prefix);
    }
    return text;
}

}  // namespace sniperforge::telemetry
