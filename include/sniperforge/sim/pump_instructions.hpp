// SPDX-License-Identifier: MIT
// Instructions of the simulated pump.fun and PumpSwap, for the market and its tests. Written from
// the protocol documents, not from dex.
#pragma once

#include <cstdint>
#include <string_view>

#include "sniperforge/sim/genesis_pump.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::sim {

// create_v2: the user pays, the mint signs.
struct PumpCreate {
    Pubkey mint, user, creator;
    std::string_view name, symbol, uri;
    bool is_cashback = false;
};
[[nodiscard]] solana::Instruction pump_create(const PumpCreate& options);
[[nodiscard]] solana::Instruction pump_extend(const Pubkey& account, const Pubkey& user);

// Trades on the curve in the legacy form, or in the unified one.
enum class PumpForm : std::uint8_t { Legacy, V2 };
struct PumpTrade {
    Pubkey user;
    std::uint64_t amount = 0;  // Tokens; lamports in pump_buy_quote.
    std::uint64_t limit = 0;   // The most lamports to pay, or the least to get back.
    PumpForm form = PumpForm::Legacy;
};
[[nodiscard]] solana::Instruction pump_buy(const PumpCurve& curve, const PumpTrade& trade);
[[nodiscard]] solana::Instruction pump_buy_quote(const PumpCurve& curve, const PumpTrade& trade);
[[nodiscard]] solana::Instruction pump_sell(const PumpCurve& curve, const PumpTrade& trade);

// The completed curve of the pool's base mint becomes the pool; `user` pays the transaction.
[[nodiscard]] solana::Instruction pump_migrate(const PumpPool& pool, const Pubkey& user);

// create_pool by the pool's creator out of his associated accounts.
struct PumpPoolDeposit {
    std::uint64_t base = 0, quote = 0;
};
[[nodiscard]] solana::Instruction pumpswap_create(const PumpPool& pool,
                                                  const PumpPoolDeposit& deposit);

struct PumpSwapTrade {
    Pubkey user;               // His associated accounts of both mints pay and receive.
    std::uint64_t amount = 0;  // Base; quote in pumpswap_buy_quote.
    std::uint64_t limit = 0;   // The most quote to pay, or the least to get back.
};
[[nodiscard]] solana::Instruction pumpswap_buy(const PumpPool& pool, const PumpSwapTrade& trade);
[[nodiscard]] solana::Instruction pumpswap_buy_quote(const PumpPool& pool,
                                                     const PumpSwapTrade& trade);
[[nodiscard]] solana::Instruction pumpswap_sell(const PumpPool& pool, const PumpSwapTrade& trade);

}  // namespace sniperforge::sim
