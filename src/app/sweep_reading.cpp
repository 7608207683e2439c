// SPDX-License-Identifier: MIT
// What a sweep reads before it signs anything.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "app/await_answer.hpp"
#include "app/rescue_sweep.hpp"
#include "sniperforge/rpc/account_reader.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// The longest account of a mint that can be moved: immutable owner, withheld fee, hook, pausable.
constexpr std::size_t kTokenAccountBytesLongest =
    solana::kTokenAccountBytes + 1 + 4 + (4 + 8) + (4 + 1) + 4;

class SweepReader {
 public:
    SweepReader(net::Reactor& reactor, rpc::RpcClient& rpc, const SweepOptions& options,
                Slot slot_min)
        : reactor_{reactor},
          rpc_{rpc},
          options_{options},
          at_{.commitment = Commitment::Finalized, .context_slot_min = slot_min} {}

    [[nodiscard]] Result<SweepReading> read() {
        if (auto cold = check_cold_account(); !cold) {
            return Err{cold.error()};
        }
        SweepReading reading;
        for (const auto& [bytes, rent] :
             {std::pair{std::size_t{0}, &reading.wallet_min},
              {kTokenAccountBytesLongest, &reading.token_account_rent}}) {
            const auto answer = await_answer<rpc::RpcResult<Lamports>>(reactor_, [&](auto done) {
                rpc_.get_minimum_balance_for_rent_exemption(bytes, std::move(done));
            });
            if (!answer) {
                return failed("reading the rent of an account", answer.error());
            }
            *rent = *answer;
        }
        if (auto held = read_token_accounts(); !held) {
            return Err{held.error()};
        }
        if (auto read = read_mints_and_destinations(); !read) {
            return Err{read.error()};
        }
        const auto balance = await_answer<rpc::RpcResult<rpc::Balance>>(
            reactor_, [&](auto done) { rpc_.get_balance(options_.wallet, at_, std::move(done)); });
        if (!balance) {
            return failed("reading the wallet's balance", balance.error());
        }
        reading.wallet = balance->lamports;
        reading.plan = plan_sweep(accounts_, options_.wallet, options_.cold);
        return reading;
    }

 private:
    [[nodiscard]] static std::unexpected<Error> failed(std::string_view what,
                                                       const rpc::RpcError& error) {
        return fail(fmt::format("{}: {}; nothing was sent{}", what, error.text(), kRunAgain));
    }

    // A key can be anybody's; what is at the address says whether a wallet is there.
    [[nodiscard]] Result<void> check_cold_account() {
        const auto read = read_accounts({options_.cold});
        if (!read) {
            return Err{read.error()};
        }
        const auto& account = read->front();
        if (account && (account->owner != solana::kSystemProgram || account->is_executable ||
                        !account->data.empty())) {
            return fail(fmt::format(
                "wallet.cold_address: at {} is an account of program {}, not a wallet; nothing was "
                "sent",
                options_.cold.to_string(), account->owner.to_string()));
        }
        return {};
    }

    [[nodiscard]] Result<std::vector<std::optional<rpc::AccountData>>> read_accounts(
        const std::vector<Pubkey>& keys) {
        std::vector<std::optional<rpc::AccountData>> accounts;
        for (std::size_t at = 0; at < keys.size(); at += rpc::kAccountsPerRead) {
            const auto part =
                std::span{keys}.subspan(at, std::min(rpc::kAccountsPerRead, keys.size() - at));
            auto answer = await_answer<rpc::RpcResult<rpc::MultipleAccounts>>(
                reactor_,
                [&](auto done) { rpc_.get_multiple_accounts(part, at_, std::move(done)); });
            if (!answer) {
                return failed("reading accounts", answer.error());
            }
            std::ranges::move(answer->accounts, std::back_inserter(accounts));
        }
        return accounts;
    }

    [[nodiscard]] Result<void> read_token_accounts() {
        for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
            auto answer =
                await_answer<rpc::RpcResult<rpc::KeyedAccounts>>(reactor_, [&](auto done) {
                    rpc_.get_token_accounts_by_owner(options_.wallet, program, at_,
                                                     std::move(done));
                });
            if (!answer) {
                return failed("reading the wallet's token accounts", answer.error());
            }
            // A node lists them in any order.
            std::ranges::sort(answer->accounts, {}, &rpc::AccountData::pubkey);
            for (rpc::AccountData& account : answer->accounts) {
                accounts_.held.push_back({std::move(account), program});
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> read_mints_and_destinations() {
        std::vector<std::pair<Pubkey, Pubkey>> wanted;  // Mint and token program.
        for (const SweepAccounts::Held& held : accounts_.held) {
            if (const auto token = solana::decode_token_account(held.account.data)) {
                wanted.emplace_back(token->mint, held.token_program);
            }
        }
        std::ranges::sort(wanted);
        wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
        std::vector<Pubkey> keys;
        for (const auto& [mint, program] : wanted) {
            keys.push_back(mint);
            keys.push_back(solana::associated_token_address(options_.cold, mint, program));
        }
        auto read = read_accounts(keys);
        if (!read) {
            return Err{read.error()};
        }
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            accounts_.mints[wanted[i].first] = std::move((*read)[2 * i]);
            accounts_.destinations[wanted[i]] = std::move((*read)[2 * i + 1]);
        }
        return {};
    }

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    const SweepOptions& options_;
    const rpc::ReadOptions at_;
    SweepAccounts accounts_;
};

}  // namespace

Result<SweepReading> read_sweep(net::Reactor& reactor, rpc::RpcClient& rpc,
                                const SweepOptions& options, Slot slot_min) {
    return SweepReader{reactor, rpc, options, slot_min}.read();
}

}  // namespace sniperforge::app
