// SPDX-License-Identifier: MIT
// What every request to the admin server must be, before any page is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/ops/access_token.hpp"

namespace sniperforge::ops {

// Longest path and query. What the whole head may have is net's limit (431).
inline constexpr std::size_t kTargetBytesMax = 2'048;
// Wrong tokens that are looked at in a row, and how soon one more is. Until then no token is, the
// right one included: a limit that lets the right one through limits no guessing.
inline constexpr std::uint32_t kWrongTokensMax = 10;
inline constexpr Duration kWrongTokenForgotten = std::chrono::seconds{1};

struct Refusal {
    int status = 0;
    std::string why;  // For people; of what the client sent nothing is in it.
};
enum class Purpose : std::uint8_t { Read, Command };
// Method, target, Host, Origin and Sec-Fetch-Site, and of a command its type; nothing: it may go
// on.
[[nodiscard]] std::optional<Refusal> refusal_of(const net::HttpRequest& request, Purpose purpose);
[[nodiscard]] std::string_view allowed_methods(Purpose purpose);
// Of exactly one header of that name; else empty.
[[nodiscard]] std::string_view only_header(const net::HttpRequest& request, std::string_view name);

enum class TokenShown : std::uint8_t { Absent, Wrong, Right, TooManyWrong };
// Where a token stands: "Authorization: Bearer TOKEN" or "X-Control-Token: TOKEN".
enum class TokenPlace : std::uint8_t { Authorization, Control };

class TokenGate {
 public:
    TokenGate(AccessToken token, TokenPlace place) : token_{std::move(token)}, place_{place} {}
    [[nodiscard]] TokenShown look(const net::HttpRequest& request, MonoTime now);

 private:
    [[nodiscard]] bool is_right(std::string_view shown) const;

    AccessToken token_;
    TokenPlace place_;
    std::uint32_t wrong_ = 0;  // Not forgotten yet.
    MonoTime forgotten_at_;    // When the last of them was.
};

}  // namespace sniperforge::ops
