// SPDX-License-Identifier: MIT
// The Jupiter face of the simulated cluster: Swap API v1 and v2 (protocol jupiter sections 1, 2 and
// 6). It quotes the chain's own pools with the programs' own arithmetic, and builds transactions
// that the chain executes. A quote is a promise of nothing: what holds is the route's floor on
// chain.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/hostile_jupiter.hpp"
#include "sim/json_writer.hpp"
#include "sim/market_pool.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

// Jupiter's way to refuse: HTTP status and {"error":..,"errorCode":..}.
struct JupiterError {
    int status = 400;
    std::string code;
    std::string text;
    std::string body{};  // Instead of the object above, where a call has a shape of its own.
};
template <typename T>
using JupiterResult = std::expected<T, JupiterError>;

struct QuoteRequest {
    Pubkey input_mint, output_mint;
    std::uint64_t amount = 0;
    std::uint16_t slippage_bps = 50;
    bool is_direct_only = false;
    std::vector<std::string> dexes, excluded_dexes;  // Labels; no dexes means all.
};

struct QuoteLeg {
    PoolView pool;
    bool is_a_to_b = false;
    std::uint64_t amount_in = 0, amount_out = 0;

    [[nodiscard]] const Pubkey& input_mint() const { return is_a_to_b ? pool.mint_a : pool.mint_b; }
    [[nodiscard]] const Pubkey& output_mint() const {
        return is_a_to_b ? pool.mint_b : pool.mint_a;
    }
};

// Body of /swap and /swap-instructions.
struct SwapRequest {
    Pubkey user;
    std::uint64_t in_amount = 0, out_amount = 0;
    std::uint16_t slippage_bps = 50;
    std::vector<QuoteLeg> legs;  // Pools as they are now; the amounts are the quote's.
    bool is_wrapping = true;
    bool is_second = false;  // Of the v2 API, whose instruction is `route_v2`.
    bool is_legacy = false;
    bool is_limit_dynamic = false;
    // One of them at most; neither means no priority fee.
    std::optional<std::uint64_t> unit_price;  // Micro-lamports.
    std::optional<std::uint64_t> fee_lamports;
};

struct SwapInstructions {
    std::vector<solana::Instruction> compute_budget, setup;
    solana::Instruction swap;
    std::optional<solana::Instruction> cleanup;
    std::vector<solana::Instruction> others;  // Of a Jupiter that lies, behind the rest.
    std::uint64_t unit_limit = 0, unit_price = 0;

    [[nodiscard]] std::vector<solana::Instruction> all() const;
};

// A quote that was given, and what it says: a lie, where its faults want one.
struct Quoted {
    QuoteRequest request;
    std::vector<QuoteLeg> legs;
    Pubkey output_mint;
    std::uint64_t in = 0, out = 0, out_min = 0;
};

// Members of an object that the caller has begun.
void write_instruction_members(JsonWriter& json, const SwapInstructions& built);
void set_compute_budget(SwapInstructions& built, const SwapRequest& request, std::uint64_t limit);
// Compute units of so many hops when they are not measured.
[[nodiscard]] std::uint64_t unit_limit_of(std::size_t legs);

class JupiterServer {
 public:
    // `chain`, `scenario` and `statistics` must outlive the server.
    JupiterServer(Chain& chain, const Scenario& scenario, const Rng& rng,
                  ClusterStatistics& statistics);

    [[nodiscard]] net::HttpResponse handle(const net::HttpRequest& request, MonoTime now);
    // As handle(), but that /execute is answered as its sender does: once a block has the order or
    // none can have it any more.
    void serve(const net::HttpRequest& request, MonoTime now, net::HttpResponder respond);
    // Call after each advance_slot().
    void end_slot();
    // Where it lies, and how.
    [[nodiscard]] HostileJupiter& hostile() { return hostile_; }
    [[nodiscard]] const HostileJupiter& hostile() const { return hostile_; }

 private:
    using Text = JupiterResult<std::string>;

    [[nodiscard]] Text dispatch(const net::HttpRequest& request);
    [[nodiscard]] bool take_token(MonoTime now);

    // ---- jupiter_quote.cpp ----
    [[nodiscard]] Text quote(std::string_view target);
    [[nodiscard]] JupiterResult<Quoted> quoted(std::string_view target);
    void write_quote(JsonWriter& json, const Quoted& quoted) const;
    // What the quote says of what was asked, where its faults lie.
    void lie(Pubkey& output_mint, std::uint64_t& in, std::uint64_t& out);
    [[nodiscard]] JupiterResult<std::vector<QuoteLeg>> route(const QuoteRequest& request) const;
    [[nodiscard]] std::optional<QuoteLeg> best_leg(const QuoteRequest& request,
                                                   const Pubkey& input_mint,
                                                   const Pubkey& output_mint,
                                                   std::uint64_t amount) const;

    // ---- jupiter_swap.cpp ----
    [[nodiscard]] Text swap(std::string_view body);
    [[nodiscard]] Text swap_instructions(std::string_view body);
    [[nodiscard]] JupiterResult<SwapRequest> read_swap(std::string_view body);
    [[nodiscard]] JupiterResult<std::vector<QuoteLeg>> read_route(
        const simdjson::dom::element& quote) const;
    [[nodiscard]] SwapInstructions build(const SwapRequest& request) const;
    [[nodiscard]] JupiterResult<Bytes> compile(const SwapRequest& request,
                                               const SwapInstructions& instructions,
                                               std::optional<JupiterAttack> attack);
    [[nodiscard]] const Pubkey& token_program(const Pubkey& mint) const;

    // ---- jupiter_v2.cpp ----
    [[nodiscard]] Text build_route(std::string_view target);
    [[nodiscard]] Text order(std::string_view target);
    [[nodiscard]] Text execute(std::string_view body);
    // What /execute says of an order that it has sent.
    struct Sent {
        Signature signature;
        Hash blockhash;
    };
    [[nodiscard]] std::string executed_json(const Sent& sent) const;
    [[nodiscard]] bool is_settled(const Sent& sent) const;
    // Nothing without a taker.
    [[nodiscard]] JupiterResult<std::optional<SwapRequest>> read_taker(std::string_view target,
                                                                       const Quoted& quoted) const;
    // Why it has none, or the transaction.
    [[nodiscard]] JupiterResult<void> write_transaction(JsonWriter& json, SwapRequest& request);

    Chain& chain_;
    const Scenario& scenario_;
    Rng rng_;
    HostileJupiter hostile_;
    ClusterStatistics& statistics_;
    simdjson::dom::parser parser_;
    std::uint64_t request_number_ = 0;
    std::deque<std::pair<std::string, Bytes>> orders_;  // By their ids: the messages given out.
    std::optional<Sent> sent_;                          // By the request that is handled now.
    struct Waiting {
        Sent sent;
        net::HttpResponse response;
        net::HttpResponder respond;
    };
    std::vector<Waiting> waiting_;  // As many as clients keep connections open.
    double tokens_ = 1;             // Of the bucket that limits requests a second.
    std::optional<MonoTime> refilled_at_;
};

inline constexpr std::string_view kInvalidParameter = "INVALID_PARAMETER";

[[nodiscard]] inline std::unexpected<JupiterError> refuse(std::string_view code, std::string text) {
    return std::unexpected{JupiterError{400, std::string{code}, std::move(text)}};
}

}  // namespace sniperforge::sim
