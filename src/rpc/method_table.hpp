// SPDX-License-Identifier: MIT
// What the pool must know of each JSON-RPC method: whose budget and pauses it shares, how a node is
// tried with it, and what providers charge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

// Providers limit these apart: a scan that is refused says nothing of a read, and neither of a
// transaction.
enum class MethodClass : std::uint8_t { Read, Scan, Send };
inline constexpr std::size_t kMethodClasses = 3;

struct MethodInfo {
    std::string_view name;
    MethodClass method_class = MethodClass::Read;
    bool takes_context_slot_min = false;  // Has the parameter minContextSlot.
    // Parameters of a cheap call that a healthy node answers genuinely: the probe of a breaker.
    // Empty: the next real call is the trial.
    std::string_view probe_params;
    std::uint32_t credits_helius = 1;
    std::uint32_t credits_quicknode = 30;
    // Quick at the node and small on the wire: others of its kind may share its connection.
    bool is_cheap = false;

    [[nodiscard]] std::uint32_t credits(CreditTable table) const;
    // Reads only: a second scan costs its ten credits, a second transaction may cost money.
    [[nodiscard]] bool is_hedged() const { return method_class == MethodClass::Read; }
};

// The position of a method in the table. The last entry stands for all methods without their own.
using MethodIndex = std::size_t;
inline constexpr std::size_t kMethodCount = 22;

[[nodiscard]] const MethodInfo& method_info(MethodIndex method);
[[nodiscard]] MethodIndex method_index(std::string_view name);

}  // namespace sniperforge::rpc
