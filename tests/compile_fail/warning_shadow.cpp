// SPDX-License-Identifier: MIT
// A name that hides another: the usual way to update the wrong balance.
#ifdef SF_WRONG
#define SF_NAME balance
#else
#define SF_NAME fee
#endif

int total(int balance) {
    int sum = balance;
    {
        const int SF_NAME = 1;
        sum += SF_NAME;
    }
    return sum;
}
