// SPDX-License-Identifier: MIT
// Changes of an honest order, and why each is refused.
#pragma once

#include <functional>

#include "unit/signer/policy_support.hpp"

namespace sniperforge::signer::test {

struct Hostile {
    const char* what;
    std::function<void(Instructions&)> change;
    const char* reason;
};

#define SF_EXPECT_ALL_REFUSED(cases, honest, policy)                                          \
    for (const Hostile& hostile : cases) {                                                    \
        Instructions changed = honest;                                                        \
        ASSERT_EQ(refusal(changed, policy), "");                                              \
        hostile.change(changed);                                                              \
        const std::string refused = refusal(changed, policy);                                 \
        EXPECT_NE(refused.find(hostile.reason), std::string::npos)                            \
            << hostile.what << ": " << (refused.empty() ? "would have been signed" : refused) \
            << ", expected " << hostile.reason;                                               \
    }

}  // namespace sniperforge::signer::test
