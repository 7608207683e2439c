// SPDX-License-Identifier: MIT
#include "traffic.hpp"

#include <algorithm>

#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "workload.hpp"

namespace sniperforge::soak {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAccountsRead = 10;
constexpr std::size_t kPassing = 3;

}  // namespace

Traffic::Traffic(net::Reactor& reactor, rpc::RpcClient& rpc, feed::Feed& feed,
                 std::span<const Pubkey> accounts, std::uint64_t seed)
    : reactor_{reactor},
      rpc_{rpc},
      feed_{feed},
      accounts_{accounts},
      rng_{seed * 101},
      wallet_{soak_wallet(seed)} {
    every(milliseconds{50}, [this] { read(); });
    every(milliseconds{500}, [this] { send(); });
    every(milliseconds{250}, [this] { look_up(); });
    every(milliseconds{5'000}, [this] { refresh_blockhash(); });
    every(milliseconds{1'000}, [this] { churn(); });
}

template <typename Action>
void Traffic::every(Duration interval, Action action) {
    reactor_.schedule_after(interval, [this, alive = std::weak_ptr{alive_}, interval, action] {
        if (alive.expired() || is_stopped_) {
            return;
        }
        action();
        every(interval, action);
    });
}

void Traffic::read() {
    const MonoTime asked_at = reactor_.now();
    rpc_.get_multiple_accounts(
        accounts_.first(std::min(kAccountsRead, accounts_.size())), Commitment::Processed,
        [this, alive = std::weak_ptr{alive_}, asked_at](const auto& result) {
            if (alive.expired()) {
                return;
            }
            ++counts_.reads;
            counts_.read_slowest = std::max(counts_.read_slowest, reactor_.now() - asked_at);
            if (!result) {
                ++counts_.reads_failed;
                counts_.error = result.error().text();
            }
        });
}

// A payment to itself that no other equals.
void Traffic::send() {
    if (!blockhash_) {
        return;
    }
    const std::vector<solana::Instruction> transfer{solana::system_transfer(
        {.from = wallet_.public_key(), .to = wallet_.public_key(), .lamports = Lamports{++sent_}})};
    const auto message = solana::compile_message(wallet_.public_key(), transfer, *blockhash_);
    const Bytes wire = solana::sign_transaction(*message, wallet_).value();
    rpc_.broadcast_transaction(wire, true, nullptr,
                               [this, alive = std::weak_ptr{alive_}](const auto& result) {
                                   if (alive.expired() || !result.is_over()) {
                                       return;
                                   }
                                   ++counts_.sends;
                                   if (!result.accepted) {
                                       ++counts_.sends_failed;
                                       counts_.error = result.text();
                                   }
                               });
}

void Traffic::look_up() {
    Signature signature;  // Nobody's: the answer is null.
    rng_.fill(signature.bytes);
    rpc_.get_transaction(signature, Commitment::Confirmed,
                         [this, alive = std::weak_ptr{alive_}](const auto& result) {
                             if (alive.expired()) {
                                 return;
                             }
                             ++counts_.lookups;
                             if (!result && result.error().kind != rpc::RpcError::Kind::Node) {
                                 ++counts_.lookups_failed;
                                 counts_.error = result.error().text();
                             }
                         });
}

void Traffic::refresh_blockhash() {
    rpc_.get_latest_blockhash(Commitment::Confirmed,
                              [this, alive = std::weak_ptr{alive_}](const auto& result) {
                                  if (!alive.expired() && result) {
                                      blockhash_ = result->blockhash;
                                  }
                              });
}

// Accounts that do not exist, so that they tell nothing; on every endpoint, as positions are.
void Traffic::churn() {
    feed_.unwatch(passing_);
    passing_.resize(kPassing);
    for (Pubkey& account : passing_) {
        rng_.fill(account.bytes);
    }
    feed_.watch(passing_, feed::Priority::Position);
}

}  // namespace sniperforge::soak
