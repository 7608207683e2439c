// SPDX-License-Identifier: MIT
#include "app/admin_token.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "app/secret_file.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kTokenFile = "the admin server's token file";

// Not core's Rng, whose numbers a seed tells. Hexadecimal with a line's end, as people write one.
[[nodiscard]] Result<std::string> random_token() {
    std::array<std::uint8_t, 32> bytes{};
    if (::getentropy(bytes.data(), bytes.size()) != 0) {  // determinism-ok: a secret.
        return fail(fmt::format("asking the system for a random token: {}", std::strerror(errno)));
    }
    return hex_encode(bytes) + "\n";
}

}  // namespace

std::string admin_token_path(const config::OpsSettings& settings, const std::string& state_dir) {
    return settings.token_file.empty() ? state_dir + "/ops.token" : settings.token_file;
}

Result<ops::AccessToken> admin_token(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) {
        const auto made = random_token();
        if (!made) {
            return Err{made.error()};
        }
        if (auto written = write_private_file(path, kTokenFile, *made); !written) {
            return fail(written.error().text +
                        "; name a file in a directory that is there and that the daemon writes to, "
                        "or \"\" for ops.token in the state directory");
        }
        telemetry::info("ops", "wrote a new token to {}, for who asks the admin server", path);
    }
    const auto text = read_private_file(path, kTokenFile, ops::kTokenCharactersMax + 2,
                                        FileAccess::OwnerOnly, SecretMemory::Wiped);
    if (!text) {
        return Err{text.error()};
    }
    auto token = ops::AccessToken::from_text(text->text());
    return token ? std::move(token) : fail(fmt::format("{} {}", kTokenFile, path), token.error());
}

Result<AdminTokens> admin_tokens(const config::OpsSettings& settings,
                                 const std::string& state_dir) {
    const std::string path = admin_token_path(settings, state_dir);
    auto reading = admin_token(path);
    if (!reading) {
        return fail("ops.token_file", reading.error());
    }
    AdminTokens tokens{.reading = std::move(*reading), .control = std::nullopt};
    if (settings.control_token_file.empty()) {
        return tokens;
    }
    auto control = admin_token(settings.control_token_file);
    if (!control) {
        return fail("ops.control_token_file", control.error());
    }
    if (*control == tokens.reading) {
        return fail(fmt::format(
            "ops.control_token_file: {} has the token of {}, and whoever may look could trade: "
            "name a file that is not there, and one is made",
            settings.control_token_file, path));
    }
    tokens.control = std::move(*control);
    return tokens;
}

}  // namespace sniperforge::app
