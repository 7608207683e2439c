// SPDX-License-Identifier: MIT
// Answers to RPC calls may outlive who asked: they reach nobody then.
#pragma once

#include <memory>
#include <utility>

namespace sniperforge::feed {

// Member of who asks, and the last one: with it ends what the handlers may touch.
class Alive {
 public:
    // The handler, for as long as this is there.
    template <typename Handler>
    [[nodiscard]] auto guarded(Handler handler) const {
        return
            [weak = std::weak_ptr<int>{alive_}, handler = std::move(handler)](auto answer) mutable {
                if (!weak.expired()) {
                    handler(std::move(answer));
                }
            };
    }

 private:
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sniperforge::feed
