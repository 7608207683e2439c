// SPDX-License-Identifier: MIT
// What a message asks to run with and offers for it: in compute budget instructions, or, from
// version 1 on, in its head.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::signer {

class AskedFee {
 public:
    [[nodiscard]] Result<void> read_head(const solana::Message& message);
    [[nodiscard]] Result<void> read_instruction(const solana::Message& message, BytesView data);
    // Total for the whole transaction. A missing limit is counted as the largest there is.
    [[nodiscard]] Lamports priority_fee() const;

 private:
    std::optional<ComputeUnits> limit_;
    std::optional<ComputeUnitPrice> price_;
    std::optional<std::uint32_t> heap_bytes_, loaded_bytes_;
    std::optional<Lamports> total_;  // Of a version 1 message.
};

}  // namespace sniperforge::signer
