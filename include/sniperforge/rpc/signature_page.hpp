// SPDX-License-Identifier: MIT
// One page of an account's past: its transactions, the newest first, from any point backwards. The
// feed asks for the newest alone (RpcClient::get_signatures_for_address); who looks for what
// happened while nobody watched goes back page by page.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

// A node lists at most so many at once.
inline constexpr std::uint32_t kSignaturePageMax = 1'000;

struct PastSignature {
    Signature signature;
    Slot slot;
    bool is_failed = false;
    WallTime at;  // Of the block; zero where the node does not know it.
};

struct SignaturePageOptions {
    std::uint32_t limit = kSignaturePageMax;
    std::optional<Signature> before{};  // Those older than it; nothing: from the newest on.
    ReadOptions read{};                 // Confirmed at least.
};

void get_signature_page(RpcClient& rpc, const Pubkey& account, const SignaturePageOptions& options,
                        RpcHandler<std::vector<PastSignature>> handler);

}  // namespace sniperforge::rpc
