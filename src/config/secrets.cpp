// SPDX-License-Identifier: MIT
// Where env: and file: references become values. Nothing here prints a value.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "config/strict_yaml.hpp"
#include "config/url.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::config {
namespace {

constexpr std::size_t kSecretBytesMax = 4'096;

Result<std::string> read_secret_file(const std::string& path) {
    FileText file = read_text_file(path, kSecretBytesMax);
    if (!file.problem.empty()) {
        return fail(file.problem);
    }
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
        telemetry::warning("config", "{} can be read by every user of this machine; chmod 600 it",
                           path);
    }
    // Editors and echo end a file with a line break.
    while (!file.text.empty() && (file.text.back() == '\n' || file.text.back() == '\r')) {
        file.text.pop_back();
    }
    return std::move(file.text);
}

Result<std::string> read_reference(const std::string& reference) {
    std::string value;
    if (reference.starts_with("env:")) {
        const char* const variable = std::getenv(reference.c_str() + 4);
        if (variable == nullptr) {
            return fail("the environment variable is not set");
        }
        value = variable;
    } else {
        auto text = read_secret_file(reference.substr(5));
        if (!text) {
            return text;
        }
        value = std::move(*text);
    }
    if (value.empty()) {
        return fail("is empty");
    }
    // A line break inside would smuggle a header into our requests.
    const bool is_printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (!is_printable || value.size() > kSecretBytesMax) {
        return fail(
            fmt::format("must be one line of at most {} printable ASCII characters without "
                        "spaces",
                        kSecretBytesMax));
    }
    return value;
}

class Resolver {
 public:
    void secret(const std::string& key, std::optional<Secret>& secret) {
        if (secret) {
            resolve(key, secret->reference, secret->value);
        }
    }
    void url(const std::string& key, const std::string& reference, UrlScheme scheme,
             bool is_key_sent, std::string& url) {
        if (reference.empty() || !resolve(key, reference, url)) {
            return;
        }
        if (const auto checked = check_url(url, scheme); !checked) {
            problem(key, reference, checked.error().text);
            url.clear();
        } else if (is_key_sent && !is_private_on_the_wire(url)) {
            problem(key, reference,
                    "the API key would cross the network unencrypted; use https:// and wss://");
            url.clear();
        }
    }
    [[nodiscard]] Result<void> result() const {
        return problems_.empty() ? Result<void>{} : fail(problems_);
    }

 private:
    void problem(const std::string& key, const std::string& reference, std::string_view text) {
        problems_ +=
            fmt::format("{}{}: {}: {}", problems_.empty() ? "" : "\n", key, reference, text);
    }
    bool resolve(const std::string& key, const std::string& reference, std::string& out) {
        auto value = read_reference(reference);
        if (!value) {
            problem(key, reference, value.error().text);
            return false;
        }
        out = std::move(*value);
        return true;
    }

    std::string problems_;
};

}  // namespace

Result<void> resolve_secrets(Settings& settings) {
    Resolver resolver;
    for (std::size_t i = 0; i < settings.network.endpoints.size(); ++i) {
        EndpointSettings& endpoint = settings.network.endpoints[i];
        const std::string path = fmt::format("network.endpoints[{}]", i);
        const bool is_key_sent = endpoint.api_key.has_value();
        resolver.url(path + ".rpc_url", endpoint.rpc_url_reference, UrlScheme::Http, is_key_sent,
                     endpoint.rpc_url);
        resolver.url(path + ".pubsub_url", endpoint.pubsub_url_reference, UrlScheme::WebSocket,
                     is_key_sent, endpoint.pubsub_url);
        resolver.secret(path + ".api_key", endpoint.api_key);
    }
    resolver.secret("jupiter.api_key", settings.jupiter.api_key);
    for (std::size_t i = 0; i < settings.execution.lanes.size(); ++i) {
        LaneSettings& lane = settings.execution.lanes[i];
        const std::string path = fmt::format("execution.lanes[{}]", i);
        resolver.url(path + ".url", lane.url_reference, UrlScheme::Http, lane.auth.has_value(),
                     lane.url);
        resolver.secret(path + ".auth", lane.auth);
    }
    return resolver.result();
}

}  // namespace sniperforge::config
