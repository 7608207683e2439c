// SPDX-License-Identifier: MIT
// Files that people hand to `decode transaction` come from anywhere: any text is an error or a
// transaction whose indexes are safe to show.
#include <string_view>

#include "app/decode_transaction_file.hpp"
#include "fuzz_target.hpp"
#include "sniperforge/solana/transaction_fee.hpp"

namespace sniperforge::app {
namespace {

void check(std::string_view text) {
    const auto file = parse_transaction_file(text);
    if (!file) {
        SF_ASSERT(!file.error().text.empty());
        return;
    }
    SF_ASSERT(!file->signatures.empty() && !file->message.account_keys.empty());
    SF_ASSERT(file->accounts.size() >= file->message.account_keys.size());
    SF_ASSERT(file->parsed.size() == file->message.instructions.size());
    for (const auto& instruction : file->message.instructions) {
        SF_ASSERT(!file->message.program_id(instruction).to_string().empty());
        SF_ASSERT(instruction.program_id_index < file->message.account_keys.size());
    }
    (void)solana::transaction_fee(file->message);
}

}  // namespace
}  // namespace sniperforge::app

SF_FUZZ_TARGET {
    sniperforge::app::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
