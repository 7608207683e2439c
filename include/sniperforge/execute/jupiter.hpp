// SPDX-License-Identifier: MIT
// Jupiter's Swap API over HTTP, in the four forms that a swap can be had: v1's quote and then a
// transaction or instructions, v2's instructions in one request, v2's order. What comes back is
// input, not truth: the executor compares it with the intent and the signer decodes it.
// Source: jupiter sections 1 and 2.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::execute {

enum class JupiterApi : std::uint8_t {
    V1Swap,          // GET /quote, POST /swap: a transaction.
    V1Instructions,  // GET /quote, POST /swap-instructions.
    V2Build,         // GET /build: quote and instructions at once.
    V2Order,         // GET /order: quote and transaction at once; POST /execute sends it.
};
// As jupiter.api in the settings has them.
[[nodiscard]] constexpr std::string_view to_string(JupiterApi api) {
    switch (api) {
        case JupiterApi::V1Swap:
            return "v1_swap";
        case JupiterApi::V1Instructions:
            return "v1_instructions";
        case JupiterApi::V2Build:
            return "v2_build";
        case JupiterApi::V2Order:
            return "v2_order";
    }
    return "unknown";
}

struct QuoteRequest {
    Pubkey mint_in;
    Pubkey mint_out;
    TokenAmount amount_in;
    BasisPoints slippage;
};

struct JupiterQuote {
    Pubkey mint_in;
    Pubkey mint_out;
    TokenAmount amount_in;
    TokenAmount amount_out;
    TokenAmount amount_out_min;  // otherAmountThreshold.
    std::string body;            // Verbatim: the swap call wants the whole object back.
};

struct SwapRequest {
    Pubkey user;
    const JupiterQuote& quote;
    Lamports priority_fee;
};

// A quote of v2, which is already for somebody.
struct RouteRequest {
    QuoteRequest quote;
    Pubkey taker;
    Lamports priority_fee;  // Only of an order: what /build returns has ours.
};

// What it proposes to do, in order, without the compute budget, which is ours to set; and the
// lookup tables that would make it short. What is in those is not its to say.
struct JupiterInstructions {
    std::vector<solana::Instruction> instructions;
    std::vector<Pubkey> tables;
};

struct JupiterBuild {
    JupiterQuote quote;
    JupiterInstructions proposal;
};

struct JupiterOrder {
    JupiterQuote quote;
    Bytes message;
    std::string request_id;  // Letters, digits, - and _.
    BlockHeight last_valid_height;
    BasisPoints fee{};  // Its platform's, which the quote's floor does not say.
};

// What became of the orders that its own sender was given. Nobody's outcome: the chain tells that.
struct JupiterSends {
    std::uint64_t sent = 0, taken = 0;
    std::uint64_t refused = 0;  // It says that it did not, or could not, land the order.
    std::uint64_t failed = 0;   // No answer that says anything; it does not know, is one.
};

// QuoteService: it did not answer, or nothing that can be used. None: it answered, and there is no
// such swap, or its own simulation of it fails, which is about the order; or our own rate plan kept
// us from asking.
struct JupiterFailure {
    FailureClass failure = FailureClass::QuoteService;
    std::string text;
};
template <typename T>
using JupiterResult = Result<T, JupiterFailure>;
template <typename T>
using JupiterHandler = std::move_only_function<void(JupiterResult<T>)>;

class Jupiter {
 public:
    // Fails when the URL does not parse.
    [[nodiscard]] static Result<std::unique_ptr<Jupiter>> create(
        net::Reactor& reactor, const config::JupiterSettings& settings, Duration timeout);
    ~Jupiter();

    // That the settings allow, in the order of the enumeration: one, or all of them.
    [[nodiscard]] std::span<const JupiterApi> ways() const;

    void quote(const QuoteRequest& request, JupiterHandler<JupiterQuote> handler);
    // The message bytes of the unsigned transaction that Jupiter built.
    void swap(const SwapRequest& request, JupiterHandler<Bytes> handler);
    void swap_instructions(const SwapRequest& request, JupiterHandler<JupiterInstructions> handler);
    void build(const RouteRequest& request, JupiterHandler<JupiterBuild> handler);
    void order(const RouteRequest& request, JupiterHandler<JupiterOrder> handler);
    // Hands the signed bytes of an order to its sender, which has a rate of its own. Never waits.
    void execute(BytesView wire, std::string_view request_id);

    [[nodiscard]] std::uint64_t requests() const;  // Without those to its sender.
    [[nodiscard]] const JupiterSends& sends() const;
    // False for ten seconds after a request that got no answer, or none but that it is too many or
    // that the service has failed. That it has no route is an answer.
    [[nodiscard]] bool is_answering() const;
    // How long the rate plan would keep the last of so many requests waiting now.
    [[nodiscard]] Duration wait(std::size_t requests) const;

 private:
    struct State;
    explicit Jupiter(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;  // Requests that wait for the rate plan hold weak references.
};

// Exposed for tests and fuzzing: the bodies' decoders.
[[nodiscard]] Result<JupiterQuote> parse_quote(std::string body);
[[nodiscard]] Result<Bytes> parse_swap(std::string_view body);
[[nodiscard]] Result<JupiterInstructions> parse_swap_instructions(std::string_view body);
[[nodiscard]] Result<JupiterBuild> parse_build(std::string_view body);
[[nodiscard]] Result<JupiterOrder> parse_order(std::string_view body);

}  // namespace sniperforge::execute
