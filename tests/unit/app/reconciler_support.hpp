// SPDX-License-Identifier: MIT
// A wallet, its books, and two nodes with views of their own of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/reconciler.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/app/own_order_json.hpp"
#include "unit/engine/pipeline_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app::reconciling {

using std::chrono::seconds;
using test::RpcRequest;

inline const Pubkey kHeld = test::key_of(7);
inline constexpr std::uint64_t kAmount = 600;
inline constexpr Lamports kCash{8 * kLamportsPerSol};

[[nodiscard]] inline Signature numbered(std::uint64_t number) {
    Bytes bytes(64, 0);
    write_le(std::span<std::uint8_t>{bytes}, 0, number);
    return Signature::from(bytes);
}

// A node with its own view of one wallet.
struct TestNode {
    TestNode(net::VirtualReactor& reactor, std::uint16_t port, const Pubkey& owner)
        : wallet{owner}, node{reactor, port} {
        node.answer = [this](const RpcRequest& request) { return answer(request); };
    }
    Pubkey wallet;
    test::FakeNode node;
    std::uint64_t slot = 600;
    std::uint64_t height_more = 0;  // Than there are slots; told of the slot, too.
    std::uint64_t slot_more = 0;    // Of the slot alone.
    bool is_height_untold = false;
    std::uint64_t lamports = kCash.raw();
    std::uint64_t tokens = kAmount;  // 0: their account is left out.
    // Of the wallet, the newest first: transactions by number. Those of ours are sweeps.
    std::vector<std::uint64_t> listed;
    std::set<std::uint64_t> ours, unserved;
    std::string refused;          // A method that it does not know.
    bool is_history_out = false;  // No transaction is told of, nor that there is none.

 private:
    [[nodiscard]] std::string in_context(const std::string& value) const {
        return fmt::format(R"({{"context":{{"slot":{}}},"value":{}}})", slot, value);
    }
    [[nodiscard]] net::HttpResponse answer(const RpcRequest& request) const {
        if (request.method == refused) {
            return test::error_of(request, -32601, "Method not found");
        }
        if (request.method == "getBalance") {
            return test::result_of(request, in_context(std::to_string(lamports)));
        }
        if (request.method == "getEpochInfo" && is_height_untold) {
            return {.status = 503, .headers = {}, .body = ""};
        }
        if (request.method == "getEpochInfo") {
            return test::result_of(request,
                                   fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                               slot + height_more + slot_more, slot + height_more));
        }
        if (request.method == "getSlot") {
            return test::result_of(request, std::to_string(slot));
        }
        if (request.method == "getSignaturesForAddress") {
            return test::result_of(request, list(request.params));
        }
        if (request.method == "getTransaction" && is_history_out) {
            return {.status = 503, .headers = {}, .body = ""};
        }
        if (request.method == "getTransaction") {
            return test::result_of(request, transaction(test::first_text(request.params)));
        }
        const bool is_held =
            request.params.find(solana::kTokenProgram.to_string()) != std::string::npos &&
            tokens > 0;
        return test::result_of(request, in_context(is_held ? token_account() : "[]"));
    }
    [[nodiscard]] std::string token_account() const {
        solana::TokenAccount account;
        account.mint = kHeld;
        account.owner = wallet;
        account.amount = TokenAmount{tokens};
        return fmt::format(
            R"([{{"account":{},"pubkey":"{}"}}])",
            test::account_json(2'039'280, solana::encode_token_account(account),
                               solana::kTokenProgram),
            solana::associated_token_address(wallet, kHeld, solana::kTokenProgram).to_string());
    }
    [[nodiscard]] std::string list(const std::string& params) const {
        bool is_begun = params.find(R"("before")") == std::string::npos;
        std::string lines;
        std::size_t count = 0;
        for (const std::uint64_t number : listed) {
            const std::string text = numbered(number).to_string();
            if (count == rpc::kSignaturePageMax) {
                break;
            }
            if (is_begun) {
                ++count;
                lines += fmt::format(R"({}{{"blockTime":0,"err":null,"signature":"{}","slot":{}}})",
                                     lines.empty() ? "" : ",", text, number);
            }
            is_begun = is_begun || params.find(text) != std::string::npos;
        }
        return "[" + lines + "]";
    }
    [[nodiscard]] std::string transaction(const std::string& signature) const {
        const auto number = read_le<std::uint64_t>(Signature::parse(signature)->bytes, 0);
        if (unserved.contains(number)) {
            return "null";
        }
        return test::sweep_json(ours.contains(number) ? wallet : test::key_of(99), test::key_of(8),
                                number);
    }
};

class ReconcilerTest : public engine::test::PipelineTest {
 protected:
    explicit ReconcilerTest(std::vector<rpc::Endpoint> executors = {})
        : PipelineTest{{}, std::move(executors)} {
        engine::RecoveredOrder bought;
        bought.kind = OrderKind::Entry;
        bought.mint = kHeld;
        bought.signature = numbered(1'000'000);
        bought.slot = Slot{400};
        bought.at = reactor.wall_now();
        bought.fill.wallet = LamportsDelta{-1'000'000'000};
        bought.fill.tokens = {{kHeld, TokenDelta{static_cast<std::int64_t>(kAmount)}}};
        portfolio::ChainBalances chain{kCash, {{kHeld, TokenAmount{kAmount}}}};
        chain.slots.oldest = chain.slots.newest = Slot{500};
        pipeline->rebuild({bought}, chain, Hash{});
    }
    ~ReconcilerTest() override { reconciler.reset(); }

    void begin(bool is_alone = false, EarlierRuns earlier = {}) {
        std::vector<rpc::Endpoint> endpoints{one.node.endpoint("one")};
        if (!is_alone) {
            endpoints.push_back(two.node.endpoint("two"));
        }
        pool = std::make_unique<rpc::RpcClient>(reactor, endpoints);
        reconciler = std::make_unique<Reconciler>(
            reactor, *pool, *pipeline, *executor, signer.own_accounts(), *recorder,
            BalanceReader{reactor, *pool, endpoints, seconds{5}}, std::move(earlier));
    }
    void run(int count) {
        for (int i = 0; i < count; ++i) {
            reactor.run_until(reactor.now() + seconds{1});
            one.slot += is_standing ? 0 : slots_each_second;
            two.slot += is_standing ? 0 : slots_each_second;
            reconciler->on_tick(reactor.now());
            recorder->write_waiting();
            was_stopped = was_stopped || pipeline->is_reconciliation_due();
            was_missing = was_missing || !position().missing.is_zero();
            wallets.insert(pipeline->portfolio().ledger().wallet().raw());
        }
    }
    // Until entries are allowed.
    void settle() {
        run(5);
        ASSERT_FALSE(pipeline->is_reconciliation_due());
        was_stopped = was_missing = false;
    }
    // Of the run's notes, those that say it.
    [[nodiscard]] std::size_t notes(std::string_view text) const {
        EXPECT_TRUE(recorder->flush());
        std::size_t count = 0;
        const auto read =
            journal::read_journal(directory / "journal.sfj", [&](const journal::Record& record) {
                count += record.body.find(text) == std::string::npos ? 0 : 1;
            });
        EXPECT_TRUE(read);
        return count;
    }
    [[nodiscard]] PositionView position() const { return pipeline->portfolio().positions()[0]; }

    TestNode one{reactor, 1000, signer.wallet()}, two{reactor, 2000, signer.wallet()};
    std::unique_ptr<rpc::RpcClient> pool;
    std::unique_ptr<Reconciler> reconciler;
    bool is_standing = false, was_stopped = false, was_missing = false;
    std::uint64_t slots_each_second = 2;
    std::set<std::uint64_t> wallets;
};

}  // namespace sniperforge::app::reconciling
