// SPDX-License-Identifier: MIT
// A chain that forks, and what its observer is told.
#pragma once

#include <string>
#include <vector>

#include "sniperforge/sim/chain.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {

struct Told {
    std::string what;
    Slot slot;
    Slot parent{};
    Pubkey key{};
    std::uint64_t lamports = 0;
    bool was_confirmed = false;
};

class Recorder final : public ChainObserver {
 public:
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override {
        told.push_back({"account", slot, {}, pubkey, account.lamports.raw()});
    }
    void on_transaction(const Receipt& receipt) override {
        told.push_back({"transaction", receipt.slot});
    }
    void on_slot(Slot slot, Slot parent, Slot) override { told.push_back({"slot", slot, parent}); }
    void on_fork_abandoned(Slot first, Slot last) override {
        told.push_back({"abandoned", first, last});
    }
    void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                             bool was_confirmed) override {
        told.push_back({"account", slot, {}, pubkey, account.lamports.raw(), was_confirmed});
    }
    std::vector<Told> told;
};

class ForkTest : public ChainTest {
 protected:
    explicit ForkTest(const ChainOptions& options = plain_options()) : ChainTest{options} {
        chain.set_observer(&recorder);
    }
    ~ForkTest() override { chain.set_observer(nullptr); }

    [[nodiscard]] Instructions pay(const Pubkey& to, std::uint64_t lamports) const {
        return {solana::system_transfer(
            {.from = wallet.public_key(), .to = to, .lamports = Lamports{lamports}})};
    }
    void advance(int slots) {
        for (int i = 0; i < slots; ++i) {
            chain.advance_slot();
        }
    }
    static constexpr std::uint64_t kSum = 5'000'000;
    Recorder recorder;
    const Pubkey friend_key = test_key(9);
};

}  // namespace sniperforge::sim
