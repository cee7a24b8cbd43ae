namespace Wappa.Caching;

/// <summary>How the record files are named.</summary>
public enum JsonLayout
{
    /// <summary><c>cache/users/hotel123_1234567890.json</c>, <c>cache/states/hotel123_pizza_order_1234567890.json</c>,
    /// <c>cache/tables/hotel123_products_pizza_large.json</c>.</summary>
    Scoped,

    /// <summary><c>cache_data/user_cache/user_profile_1234567890.json</c>,
    /// <c>cache_data/table_cache/msg_history_1234567890.json</c>, <c>cache_data/state_cache/wappa_state_1234567890.json</c> for
    /// the tenant <see cref="JsonStoreOptions.OwnTenant"/>; every other record in a sub-directory under its full key.</summary>
    CacheData,
}
