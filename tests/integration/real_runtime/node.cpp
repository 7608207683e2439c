// SPDX-License-Identifier: MIT
#include "integration/real_runtime/node.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "sniperforge/solana/transaction_fee.hpp"

namespace sniperforge::real_runtime {
namespace {

// Generous: a loaded machine is slow, and a call that waits this long fails the test.
constexpr Duration kTimeout = std::chrono::seconds{120};
// Far above what a test sends: the pool's own rate limit must not slow it down.
constexpr double kRequestsPerSecond = 100'000;
constexpr Lamports kFunds{100'000'000'000};

template <typename T, typename E>
T or_throw(std::expected<T, E> result) {
    if (!result) {
        throw std::runtime_error(result.error().text);
    }
    return std::move(*result);
}

// What our own arithmetic makes of the message, for every version.
Lamports fee_in(BytesView wire) {
    const auto transaction = solana::parse_transaction(wire);
    return or_throw(solana::transaction_fee(or_throw(transaction).message)).total();
}

}  // namespace

std::uint16_t node_port() {
    const char* text = std::getenv("SNIPERFORGE_REAL_RUNTIME_PORT");
    std::uint16_t port = 0;
    const std::string_view view = text == nullptr ? "" : text;
    if (std::from_chars(view.data(), view.data() + view.size(), port).ec != std::errc{}) {
        throw std::runtime_error(
            "SNIPERFORGE_REAL_RUNTIME_PORT names no port: run this through "
            "tests/integration/real_runtime/real_runtime_test.py");
    }
    return port;
}

Node::Node()
    : reactor_{net::make_asio_reactor()},
      client_{*reactor_,
              {{.name = "litesvm",
                .url = fmt::format("http://127.0.0.1:{}/", node_port()),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = kRequestsPerSecond}},
              {.timeout = kTimeout, .attempts_max = 1}} {}

rpc::RpcResult<std::string> Node::call(std::string_view method, std::string params) {
    return wait<std::string>([&](rpc::RpcClient& client, rpc::RpcHandler<std::string> handler) {
        client.call(method, std::move(params), std::move(handler));
    });
}

Lamports Node::balance(const Pubkey& account) {
    using Balance = rpc::Balance;
    return get<Balance>([&](rpc::RpcClient& client, rpc::RpcHandler<Balance> handler) {
               client.get_balance(account, Commitment::Confirmed, std::move(handler));
           })
        .lamports;
}

std::optional<rpc::AccountData> Node::account(const Pubkey& key) {
    using Accounts = rpc::MultipleAccounts;
    auto found = get<Accounts>([&](rpc::RpcClient& client, rpc::RpcHandler<Accounts> handler) {
        client.get_multiple_accounts(std::array{key}, Commitment::Confirmed, std::move(handler));
    });
    return std::move(found.accounts.at(0));
}

Lamports Node::rent_exempt_minimum(std::size_t bytes) {
    return get<Lamports>([&](rpc::RpcClient& client, rpc::RpcHandler<Lamports> handler) {
        client.get_minimum_balance_for_rent_exemption(bytes, std::move(handler));
    });
}

rpc::LatestBlockhash Node::latest_blockhash() {
    using Latest = rpc::LatestBlockhash;
    return get<Latest>([&](rpc::RpcClient& client, rpc::RpcHandler<Latest> handler) {
        client.get_latest_blockhash(Commitment::Confirmed, std::move(handler));
    });
}

Slot Node::slot() {
    return get<Slot>([&](rpc::RpcClient& client, rpc::RpcHandler<Slot> handler) {
        client.get_slot(Commitment::Confirmed, std::move(handler));
    });
}

BlockHeight Node::block_height() {
    return get<BlockHeight>([&](rpc::RpcClient& client, rpc::RpcHandler<BlockHeight> handler) {
        client.get_block_height(Commitment::Confirmed, std::move(handler));
    });
}

rpc::RpcResult<Signature> Node::send(BytesView wire, bool skip_preflight) {
    return wait<Signature>([&](rpc::RpcClient& client, rpc::RpcHandler<Signature> handler) {
        client.send_transaction(wire, skip_preflight, nullptr, std::move(handler));
    });
}

std::optional<rpc::SignatureStatus> Node::status(const Signature& signature) {
    using Statuses = rpc::SignatureStatuses;
    return get<Statuses>([&](rpc::RpcClient& client, rpc::RpcHandler<Statuses> handler) {
               client.get_signature_statuses(std::array{signature}, rpc::StatusSearch::Recent,
                                             std::move(handler));
           })
        .statuses.at(0);
}

std::optional<rpc::TransactionDetail> Node::transaction(const Signature& signature) {
    using Detail = std::optional<rpc::TransactionDetail>;
    return get<Detail>([&](rpc::RpcClient& client, rpc::RpcHandler<Detail> handler) {
        client.get_transaction(signature, Commitment::Confirmed, std::move(handler));
    });
}

void Node::advance_blocks(std::uint64_t count) {
    if (auto result = call("advanceBlocks", fmt::format("[{}]", count)); !result) {
        throw std::runtime_error(result.error().text());
    }
}

RealRuntime::RealRuntime() : payer_{new_keypair()}, payer_balance_{kFunds} {
    static_cast<void>(
        node_.get<Signature>([&](rpc::RpcClient& client, rpc::RpcHandler<Signature> handler) {
            client.request_airdrop(payer_key(), kFunds, std::move(handler));
        }));
}

Bytes RealRuntime::build(const Draft& draft, const Hash& lifetime) const {
    const auto compile = [&] {
        switch (draft.version) {
            case solana::MessageVersion::Legacy:
                return solana::compile_legacy_message(payer_key(), draft.instructions, lifetime);
            case solana::MessageVersion::V0:
                return solana::compile_message(payer_key(), draft.instructions, lifetime,
                                               draft.tables);
            case solana::MessageVersion::V1:
                break;
        }
        return solana::compile_message_v1(payer_key(), draft.instructions, lifetime, draft.config);
    };
    std::vector<const solana::Keypair*> signers{&payer_};
    signers.insert(signers.end(), draft.signers.begin(), draft.signers.end());
    return or_throw(solana::sign_transaction(or_throw(compile()), signers));
}

rpc::TransactionDetail RealRuntime::expect_landed(const Draft& draft, const Cost& cost) {
    return expect_landed(build(draft, node_.latest_blockhash().blockhash), cost);
}

rpc::TransactionDetail RealRuntime::expect_landed(BytesView wire, const Cost& cost) {
    payer_balance_ += cost.received;
    payer_balance_ -= cost.paid;
    return expect_executed(wire, false, cost.fee, "");
}

rpc::TransactionDetail RealRuntime::expect_reverted(const Draft& draft, Lamports fee,
                                                    std::string_view error) {
    return expect_executed(build(draft, node_.latest_blockhash().blockhash), true, fee, error);
}

rpc::TransactionDetail RealRuntime::expect_executed(BytesView wire, bool skip_preflight,
                                                    Lamports fee, std::string_view error) {
    payer_balance_ -= fee;
    EXPECT_EQ(fee_in(wire), fee);
    const Signature signature = signature_of(wire);
    const auto sent = node_.send(wire, skip_preflight);
    if (!sent) {
        throw std::runtime_error(sent.error().text());
    }
    EXPECT_EQ(*sent, signature);
    const auto status = node_.status(signature);
    const auto detail = node_.transaction(signature);
    if (!status || !detail) {
        throw std::runtime_error(fmt::format("{} is in no block", signature.to_string()));
    }
    EXPECT_TRUE(status->is_confirmed);
    EXPECT_EQ(status->error, error);
    EXPECT_EQ(detail->error, error);
    EXPECT_EQ(detail->slot, status->slot);
    EXPECT_EQ(detail->fee, fee);
    EXPECT_EQ(detail->account_keys.at(0), payer_key());
    EXPECT_EQ(detail->post_balances.at(0), payer_balance_);
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
    return *detail;
}

void RealRuntime::expect_refused(const Draft& draft, std::string_view error) {
    expect_refused(build(draft, node_.latest_blockhash().blockhash), error);
}

void RealRuntime::expect_refused(BytesView wire, std::string_view error) {
    constexpr int kPreflightFailure = -32002;
    const auto sent = node_.send(wire);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, rpc::RpcError::Kind::Node);
    EXPECT_EQ(sent.error().code, kPreflightFailure);
    EXPECT_TRUE(sent.error().data.contains(error)) << sent.error().data;
    EXPECT_EQ(node_.status(signature_of(wire)), std::nullopt);
    EXPECT_EQ(node_.balance(payer_key()), payer_balance_);
}

TokenAmount RealRuntime::token_amount(const Pubkey& account) {
    const auto found = node_.account(account);
    if (!found) {
        throw std::runtime_error(fmt::format("no account {}", account.to_string()));
    }
    return or_throw(solana::decode_token_account(found->data)).amount;
}

solana::Keypair new_keypair() { return or_throw(solana::Keypair::generate()); }

Signature signature_of(BytesView wire) {
    const auto transaction = solana::parse_transaction(wire);
    if (!transaction) {
        throw std::runtime_error(transaction.error().text);
    }
    return transaction->transaction_id();
}

}  // namespace sniperforge::real_runtime
