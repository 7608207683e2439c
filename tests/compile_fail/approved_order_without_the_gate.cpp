// SPDX-License-Identifier: MIT
// An order that the gate has not seen cannot be made to look like one that it has.
#include "sniperforge/model/order.hpp"

using sniperforge::ApprovedOrder;
using sniperforge::OrderIntent;

#ifdef SF_WRONG
ApprovedOrder approve(const OrderIntent& intent) { return ApprovedOrder{intent, {}}; }
#else
ApprovedOrder pass_on(const ApprovedOrder& order) { return order; }
#endif
