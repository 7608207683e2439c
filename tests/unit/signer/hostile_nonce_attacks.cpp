// SPDX-License-Identifier: MIT
// Durable nonces: an order may be on one of ours, lent to it with its value, which its first
// instruction advances. What is tried under that name, and with our nonces elsewhere.
#include "signer/signer_wire.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

const Where kLentOnly{.kinds = {OrderKind::Entry, OrderKind::Exit},
                      .forms = {Form::Legacy, Form::V0, Form::Tables}};

}  // namespace

std::vector<Attack> attacks_by_nonces(HostileTest& t) {
    const Pubkey nonce = nonce_address(t.wallet(), 2);
    const Instruction advance = solana::system_advance_nonce({nonce, t.wallet()});
    // The order has a nonce, and `change` what is done instead of advancing it first.
    const auto lent = [=](auto change) {
        return [=](Draft& d) -> std::optional<std::size_t> {
            d.policy.nonce = NonceLease{nonce, kBlockhash, Slot{}};
            return change(d);
        };
    };
    const auto advanced = [=](auto change) {
        return lent([=](Draft& d) {
            d.prepend(advance);
            return change(d);
        });
    };
    return {
        {"an order on a nonce that does not advance it", kLentOnly,
         lent([](Draft&) { return std::size_t{0}; }), "the first instruction does not advance"},
        {"an advance behind the compute budget", kLentOnly, lent([=](Draft& d) {
             d.instructions.insert(d.instructions.begin() + 1, advance);
             return std::size_t{0};
         }),
         "the first instruction does not advance"},
        {"a second advance of the order's nonce", kLentOnly,
         advanced([=](Draft& d) { return d.append(advance); }),
         "advances a nonce behind the first instruction"},
        {"a second advance, of another nonce of ours", kLentOnly, advanced([=, &t](Draft& d) {
             return d.append(
                 solana::system_advance_nonce({nonce_address(t.wallet(), 3), t.wallet()}));
         }),
         "advances a nonce behind the first instruction"},
        {"an advance of somebody else's nonce", kLentOnly, lent([=, &t](Draft& d) {
             return d.prepend(solana::system_advance_nonce({key_of(6), t.wallet()}));
         }),
         "advances another nonce than"},
        {"an advance of another nonce of ours", kLentOnly, lent([=, &t](Draft& d) {
             return d.prepend(
                 solana::system_advance_nonce({nonce_address(t.wallet(), 3), t.wallet()}));
         }),
         "advances another nonce than"},
        {"a policy that calls somebody else's nonce ours", kLentOnly,
         [=, &t](Draft& d) {
             d.policy.nonce = NonceLease{look_alike(nonce), kBlockhash, Slot{}};
             return std::optional{
                 d.prepend(solana::system_advance_nonce({look_alike(nonce), t.wallet()}))};
         },
         "is not the address of a nonce of our wallet"},
        {"an advance with another authority", kLentOnly, lent([=](Draft& d) {
             Instruction foreign = advance;
             foreign.accounts[2] = solana::readonly(kStranger);
             return d.prepend(foreign);
         }),
         "with the authority of"},
        {"an advance that reads another sysvar", kLentOnly, lent([=](Draft& d) {
             Instruction other = advance;
             other.accounts[1] = solana::readonly(kStranger);
             return d.prepend(other);
         }),
         "is not the sysvar of recent blockhashes"},
        {"a blockhash that is not the nonce's value", kLentOnly, advanced([](Draft& d) {
             d.policy.nonce->value.bytes[0] ^= 1;
             return std::size_t{0};
         }),
         "the order's nonce has the value"},
        {"a nonce account out of a lookup table", kTablesOnly,
         [=](Draft& d) {
             const std::size_t at = d.prepend(advance);
             d.claimed.push_back({key_of(202), {nonce, key_of(304)}});
             d.read = d.claimed;
             if (d.kind == OrderKind::Cycle) {
                 return std::optional{at};  // Which is on none.
             }
             d.policy.nonce = NonceLease{nonce, kBlockhash, Slot{}};
             return std::optional{at};
         },
         "nonce"},
        {"our nonce account in the hands of a swap", kEverywhere,
         [=](Draft& d) {
             const std::size_t at =
                 d.kind == OrderKind::Cycle ? d.at(solana::kRaydiumAmmV4Program) : d.at_swap();
             d.instructions[at].accounts.push_back(solana::writable(nonce));
             return std::optional{at};
         },
         "a nonce account of ours"},
        {"the lamports of our nonce account, to us", kEverywhere,
         [=, &t](Draft& d) {
             return std::optional{d.append(
                 solana::system_withdraw_nonce({nonce, t.wallet(), t.wallet(), Lamports{1}}))};
         },
         "a nonce account of ours"},
        {"a cycle on a nonce",
         {.kinds = {OrderKind::Cycle}, .forms = kLentOnly.forms},
         advanced([](Draft&) { return std::size_t{0}; }),
         "only entries and exits have one"},
    };
}

class LentNonceTest : public HostileTest {};

// What the attacks begin with: signed on a nonce in every form but that of version 1.
TEST_F(LentNonceTest, AnEntryOrExitOnANonceOfOursIsSigned) {
    const Pubkey nonce = nonce_address(wallet(), 7);
    for (const OrderKind kind : {OrderKind::Entry, OrderKind::Exit}) {
        for (const Form form : kForms) {
            for (const bool is_direct : {false, true}) {
                Draft draft = honest(kind, form, is_direct);
                draft.policy.nonce = NonceLease{nonce, kBlockhash, Slot{}};
                draft.prepend(solana::system_advance_nonce({nonce, wallet()}));
                const auto refusal = judge(draft);
                if (form == Form::V1) {
                    ASSERT_TRUE(refusal);
                    EXPECT_EQ(refusal->text(), "instruction 0: a message of version 1 on a nonce");
                    continue;
                }
                EXPECT_FALSE(refusal) << refusal->text();
                draft.policy.nonce.reset();
                EXPECT_TRUE(judge(draft)) << "without a lease";
            }
        }
    }
}

TEST_F(LentNonceTest, TheProcessWithTheKeyIsToldOfIt) {
    const Bytes message = message_of(honest(OrderKind::Entry, Form::V0));
    for (const bool is_lent : {false, true}) {
        OrderRequest request{1, entry_policy(), message, {}};
        if (is_lent) {
            request.policy.nonce = NonceLease{nonce_address(wallet(), 1), kBlockhash, Slot{}};
        }
        Bytes frame;
        ASSERT_TRUE(encode_request(frame, request, {}));
        const auto decoded = decode_request(frame);
        ASSERT_TRUE(decoded) << decoded.error().text;
        const auto* told = std::get_if<OrderRequest>(&*decoded);
        ASSERT_NE(told, nullptr);
        EXPECT_EQ(told->policy.nonce, request.policy.nonce);
        frame.pop_back();
        EXPECT_FALSE(decode_request(frame));
    }
}

TEST_F(LentNonceTest, TheEighthNonceIsTheLast) {
    OwnAccounts own{wallet()};
    EXPECT_TRUE(own.is_nonce(nonce_address(wallet(), 0)));
    EXPECT_TRUE(own.is_nonce(nonce_address(wallet(), kNoncesMax - 1)));
    EXPECT_FALSE(own.is_nonce(nonce_address(wallet(), kNoncesMax)));
    EXPECT_FALSE(own.is_nonce(nonce_address(kStranger, 0)));
}

}  // namespace sniperforge::signer::test
