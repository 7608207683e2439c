// SPDX-License-Identifier: MIT
// The real runtime as one blocking call each, through the daemon's own RpcClient and sockets, and a
// wallet on it whose balance is predicted beside every transaction.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::real_runtime {

// What the tests move: more than an empty account needs to exist. And the fee for one signature.
inline constexpr Lamports kAmount{5'000'000};
inline constexpr Lamports kOneFee{5'000};

// $SNIPERFORGE_REAL_RUNTIME_PORT; throws without it.
[[nodiscard]] std::uint16_t node_port();

class Node {
 public:
    Node();

    [[nodiscard]] net::Reactor& reactor() { return *reactor_; }

    // Starts a call and runs the reactor until its handler was called.
    template <typename T>
    [[nodiscard]] rpc::RpcResult<T> wait(
        const std::function<void(rpc::RpcClient&, rpc::RpcHandler<T>)>& start) {
        std::optional<rpc::RpcResult<T>> result;
        start(client_, [&](rpc::RpcResult<T> answer) {
            result.emplace(std::move(answer));
            reactor_->stop();
        });
        while (!result) {
            reactor_->run();
        }
        return std::move(*result);
    }
    // The same, where no answer is no answer the test could do with: throws.
    template <typename T>
    [[nodiscard]] T get(const std::function<void(rpc::RpcClient&, rpc::RpcHandler<T>)>& start) {
        auto result = wait<T>(start);
        if (!result) {
            throw std::runtime_error(result.error().text());
        }
        return std::move(*result);
    }

    // The JSON of the result of any method.
    [[nodiscard]] rpc::RpcResult<std::string> call(std::string_view method, std::string params);
    [[nodiscard]] Lamports balance(const Pubkey& account);
    [[nodiscard]] std::optional<rpc::AccountData> account(const Pubkey& key);
    [[nodiscard]] Lamports rent_exempt_minimum(std::size_t bytes);
    [[nodiscard]] rpc::LatestBlockhash latest_blockhash();
    [[nodiscard]] Slot slot();
    [[nodiscard]] BlockHeight block_height();
    [[nodiscard]] rpc::RpcResult<Signature> send(BytesView wire, bool skip_preflight = false);
    [[nodiscard]] std::optional<rpc::SignatureStatus> status(const Signature& signature);
    [[nodiscard]] std::optional<rpc::TransactionDetail> transaction(const Signature& signature);
    // Blocks without transactions: how time passes there.
    void advance_blocks(std::uint64_t count);

 private:
    std::unique_ptr<net::Reactor> reactor_;
    rpc::RpcClient client_;
};

// A transaction to build: everything but the lifetime.
struct Draft {
    std::vector<solana::Instruction> instructions{};
    std::vector<const solana::Keypair*> signers{};  // Beside the payer, which comes first.
    solana::MessageVersion version = solana::MessageVersion::V0;
    std::vector<solana::AddressLookupTable> tables{};  // v0 only.
    solana::TransactionConfig config{};                // v1 only.
};

// What a transaction does to its payer's lamports.
struct Cost {
    Lamports fee;
    Lamports paid{};      // Rent, transfers.
    Lamports received{};  // Refunds.
};

// A test with a funded payer of its own.
class RealRuntime : public ::testing::Test {
 protected:
    RealRuntime();

    [[nodiscard]] const Pubkey& payer_key() const { return payer_.public_key(); }
    // Signed, and its first signature. Throws when it does not compile.
    [[nodiscard]] Bytes build(const Draft& draft, const Hash& lifetime) const;
    // Sends with the latest blockhash and checks that it landed without an error, was charged
    // exactly `cost.fee`, and left the payer with exactly what it held plus and minus the rest of
    // `cost`.
    rpc::TransactionDetail expect_landed(const Draft& draft, const Cost& cost);
    rpc::TransactionDetail expect_landed(BytesView wire, const Cost& cost);
    // In a block with `error` (the chain's err as JSON): the fee is charged and nothing else moves.
    rpc::TransactionDetail expect_reverted(const Draft& draft, Lamports fee,
                                           std::string_view error);
    // Preflight answers with `error`, and nothing is charged.
    void expect_refused(const Draft& draft, std::string_view error);
    void expect_refused(BytesView wire, std::string_view error);

    [[nodiscard]] TokenAmount token_amount(const Pubkey& account);

    Node node_;
    solana::Keypair payer_;
    Lamports payer_balance_;  // As predicted.

 private:
    rpc::TransactionDetail expect_executed(BytesView wire, bool skip_preflight, Lamports fee,
                                           std::string_view error);
};

[[nodiscard]] solana::Keypair new_keypair();
[[nodiscard]] Signature signature_of(BytesView wire);
}  // namespace sniperforge::real_runtime
