// SPDX-License-Identifier: MIT
// A lookup table from its creation to its end, by the rules that the real runtime was seen to have
// (tests/integration/real_runtime/lookup_table_test.cpp).
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::size_t kListed = 3;

class LookupTableProgramTest : public ChainTest {
 protected:
    LookupTableProgramTest() : stranger{test_keypair(3)} {
        create_wallet(chain, stranger.public_key(), Lamports{kLamportsPerSol});
        for (std::uint8_t tag = 0; tag < kListed; ++tag) {
            listed.push_back(test_key(static_cast<std::uint8_t>(20 + tag)));
        }
        slots(3);
        recent = Slot{chain.slot().value - 1};
        table = solana::find_lookup_table_address(us(), recent).address;
    }

    [[nodiscard]] Pubkey us() const { return wallet.public_key(); }
    [[nodiscard]] solana::Instruction create() const {
        return solana::lookup_table_create({us(), us(), recent});
    }
    [[nodiscard]] solana::Instruction extend(const std::vector<Pubkey>& addresses) const {
        return solana::lookup_table_extend({table, us(), us()}, addresses);
    }
    [[nodiscard]] solana::Instruction deactivate() const {
        return solana::lookup_table_deactivate({table, us()});
    }
    [[nodiscard]] solana::Instruction freeze() const {
        auto instruction = deactivate();
        instruction.data = {1, 0, 0, 0};
        return instruction;
    }
    [[nodiscard]] solana::Instruction close() const {
        return solana::lookup_table_close({table, us(), us()});
    }
    [[nodiscard]] std::string error_of(const solana::Instruction& instruction) {
        const Receipt* receipt = land({instruction});
        return receipt == nullptr ? "did not land" : receipt->error_json;
    }
    [[nodiscard]] std::string refused_as(std::string_view name) const {
        return R"({"InstructionError":[0,")" + std::string{name} + R"("]})";
    }
    [[nodiscard]] solana::LookupTableAccount account() {
        const Account* found = chain.account(table);
        EXPECT_NE(found, nullptr);
        auto decoded = solana::decode_lookup_table(found->data);
        EXPECT_TRUE(decoded);
        return decoded.value_or(solana::LookupTableAccount{});
    }
    [[nodiscard]] std::uint64_t rent(std::size_t addresses) const {
        return chain.rent_exempt_minimum(solana::kLookupTableHeaderBytes +
                                         addresses * Pubkey::kSize);
    }
    void slots(int count) {
        for (int i = 0; i < count; ++i) {
            chain.advance_slot();
        }
    }

    const solana::Keypair stranger;
    std::vector<Pubkey> listed;
    Slot recent;
    Pubkey table;
};

TEST_F(LookupTableProgramTest, TakesTheRentOfWhatItHoldsAndGivesAllOfItBack) {
    const std::uint64_t before = lamports(us());
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(lamports(table), rent(0));
    EXPECT_EQ(account().authority, us());
    EXPECT_TRUE(account().is_active());
    const Slot extended_at = chain.slot();
    EXPECT_EQ(error_of(extend(listed)), "null");
    EXPECT_EQ(lamports(table), rent(kListed));
    EXPECT_EQ(account().addresses, listed);
    EXPECT_EQ(account().last_extended_slot, extended_at);
    EXPECT_EQ(before - lamports(us()), rent(kListed) + 2 * kBaseFee);
    EXPECT_EQ(error_of(deactivate()), "null");
    slots(512);
    EXPECT_EQ(error_of(close()), "null");
    EXPECT_EQ(chain.account(table), nullptr);
    EXPECT_EQ(before - lamports(us()), 4 * kBaseFee);
}

TEST_F(LookupTableProgramTest, IsMadeOnlyForASlotWithABlockAmongTheLast512) {
    const auto refused = refused_as("InvalidInstructionData");
    const Slot first = recent;
    recent = chain.slot();  // It has no block yet.
    EXPECT_EQ(error_of(create()), refused);
    recent = first;
    // It is the second newest now, and the last one of 512 after 510 more.
    slots(static_cast<int>(512 - (chain.slot().value - first.value)));
    EXPECT_EQ(error_of(create()), "null");
    recent = Slot{chain.slot().value - 513};
    EXPECT_EQ(error_of(create()), refused);
}

TEST_F(LookupTableProgramTest, IsNotMadeTwiceNorAtAnotherAddress) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(extend(listed)), "null");
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(account().addresses, listed);
    auto elsewhere = create();
    elsewhere.accounts[0].pubkey = test_key(9);
    EXPECT_EQ(error_of(elsewhere), refused_as("InvalidArgument"));
}

TEST_F(LookupTableProgramTest, ObeysItsAuthorityAlone) {
    EXPECT_EQ(error_of(create()), "null");
    // A table of somebody else, of whom we are no authority.
    solana::LookupTableAccount other;
    other.authority = stranger.public_key();
    other.addresses = listed;
    table = test_key(8);
    const auto put = [&] {
        chain.put_account(table, {Lamports{10'000'000}, solana::kAddressLookupTableProgram, false,
                                  solana::encode_lookup_table(other)});
    };
    put();
    for (const auto& instruction : {extend(listed), deactivate(), close()}) {
        EXPECT_EQ(error_of(instruction), refused_as("IncorrectAuthority"));
    }
    other.authority.reset();
    put();
    EXPECT_EQ(error_of(extend(listed)), refused_as("Immutable"));
    chain.put_account(table, {Lamports{10'000'000}, solana::kTokenProgram, false, Bytes(165, 0)});
    EXPECT_EQ(error_of(close()), refused_as("InvalidAccountOwner"));
}

TEST_F(LookupTableProgramTest, IsNobodysAnyMoreOnceItIsFrozen) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(freeze()), refused_as("InvalidInstructionData")) << "there is nothing in it";
    EXPECT_EQ(error_of(extend(listed)), "null");
    auto by_stranger = freeze();
    by_stranger.accounts[1] = solana::readonly(stranger.public_key());
    EXPECT_EQ(error_of(by_stranger), refused_as("MissingRequiredSignature"));
    EXPECT_EQ(error_of(freeze()), "null");
    EXPECT_EQ(account().authority, std::nullopt);
    EXPECT_EQ(account().addresses, listed);
    EXPECT_TRUE(account().is_active());
    for (const auto& instruction : {freeze(), extend({test_key(30)}), deactivate(), close()}) {
        EXPECT_EQ(error_of(instruction), refused_as("Immutable"));
    }
    EXPECT_EQ(account().addresses, listed);
}

TEST_F(LookupTableProgramTest, IsNotFrozenOnceItIsDeactivated) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(extend(listed)), "null");
    EXPECT_EQ(error_of(deactivate()), "null");
    EXPECT_EQ(error_of(freeze()), refused_as("InvalidArgument"));
    EXPECT_EQ(account().authority, us());
}

TEST_F(LookupTableProgramTest, GrowsTo256AddressesAndNotBeyond) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(extend({})), refused_as("InvalidInstructionData"));
    solana::LookupTableAccount full = account();
    full.addresses.assign(255, test_key(7));
    const auto put = [&] {
        chain.put_account(table, {Lamports{rent(255)}, solana::kAddressLookupTableProgram, false,
                                  solana::encode_lookup_table(full)});
    };
    put();
    EXPECT_EQ(error_of(extend({listed[0], listed[1]})), refused_as("InvalidInstructionData"));
    EXPECT_EQ(error_of(extend({listed[0]})), "null");
    EXPECT_EQ(lamports(table), rent(256));
    EXPECT_EQ(error_of(extend({listed[1]})), refused_as("InvalidArgument"));
}

TEST_F(LookupTableProgramTest, ClosesOnceTheSlotOfItsDeactivationIsNoRecentOne) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(close()), refused_as("InvalidArgument"));
    const Slot deactivated_at = chain.slot();
    EXPECT_EQ(error_of(deactivate()), "null");
    EXPECT_EQ(account().deactivation_slot, deactivated_at);
    EXPECT_EQ(error_of(deactivate()), refused_as("InvalidArgument"));
    EXPECT_EQ(error_of(extend(listed)), refused_as("InvalidArgument"));
    slots(static_cast<int>(deactivated_at.value + 512 - chain.slot().value));
    EXPECT_EQ(error_of(close()), refused_as("InvalidArgument"));
    EXPECT_EQ(error_of(close()), "null");
}

TEST_F(LookupTableProgramTest, GivesItsLamportsToNoTable) {
    EXPECT_EQ(error_of(create()), "null");
    EXPECT_EQ(error_of(deactivate()), "null");
    slots(513);
    auto to_itself = close();
    to_itself.accounts[2].pubkey = table;
    EXPECT_EQ(error_of(to_itself), refused_as("InvalidArgument"));
}

}  // namespace
}  // namespace sniperforge::sim
