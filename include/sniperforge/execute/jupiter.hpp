// SPDX-License-Identifier: MIT
// Jupiter Swap API v1 over HTTP: quote, then an unsigned transaction. What comes back is input, not
// truth: the executor compares it with the intent and the signer decodes it.
// Source: jupiter section 1.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::execute {

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

    void quote(const QuoteRequest& request, JupiterHandler<JupiterQuote> handler);
    // The message bytes of the unsigned transaction that Jupiter built.
    void swap(const SwapRequest& request, JupiterHandler<Bytes> handler);
    [[nodiscard]] std::uint64_t requests() const;
    // False for ten seconds after a request that got no answer, or none but that it is too many or
    // that the service has failed. That it has no route is an answer.
    [[nodiscard]] bool is_answering() const;

 private:
    struct State;
    explicit Jupiter(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;  // Requests that wait for the rate plan hold weak references.
};

// Exposed for tests and fuzzing: the bodies' decoders.
[[nodiscard]] Result<JupiterQuote> parse_quote(std::string body);
[[nodiscard]] Result<Bytes> parse_swap(std::string_view body);

}  // namespace sniperforge::execute
