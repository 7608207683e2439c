// SPDX-License-Identifier: MIT
// What a rule sees and says, and the rules of sweeps: no limit on entries stops one, since it buys
// nothing; it must be of a token that nobody holds, all of it, and bring more than it costs.
#pragma once

#include <fmt/format.h>

#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::risk {

// What a rule sees.
struct Case {
    const OrderIntent& intent;
    const Exposure& exposure;
    const config::RiskSettings& limits;

    [[nodiscard]] bool is_exit() const { return intent.kind == OrderKind::Exit; }
    [[nodiscard]] bool is_entry() const { return intent.kind == OrderKind::Entry; }
};

using Verdict = std::optional<Denial>;  // Nothing: passes.
using Rule = Verdict (*)(const Case&);

template <typename... Args>
[[nodiscard]] Verdict deny(DenialReason reason, fmt::format_string<Args...> format,
                           Args&&... args) {
    return Denial{reason, fmt::format(format, std::forward<Args>(args)...)};
}

[[nodiscard]] Verdict is_sweep_well_formed(const Case& c);
[[nodiscard]] Verdict books_are_certain(const Case& c);
[[nodiscard]] Verdict is_residue_ours(const Case& c);

}  // namespace sniperforge::risk
