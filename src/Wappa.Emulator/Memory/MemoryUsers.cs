using Wappa.Webhooks;

namespace Wappa.Emulator;

/// <summary>Finds out under which name the caches know a customer.</summary>
internal sealed class MemoryUsers(LocalWhatsApp local, UserAliases aliases)
{
    internal static string TenantOf(BusinessNumber number) => number.Tenant ?? number.Id;

    /// <summary>As the app names whoever writes: by the number if webhooks tell it, else by the number the user id was last seen with,
    /// else by the user id.</summary>
    internal string NameOf(string tenant, Customer customer) =>
        customer.Identity is CustomerIdentity.Username && !local.Chaos.Settings.LegacyShape
            ? aliases.Resolve(tenant, null, customer.UserId) ?? customer.UserId
            : customer.Phone;

    /// <summary>The customer the caches know by a name; null: none any more.</summary>
    internal Customer? Find(string tenant, string user) => local.World.FindByPhone(user) ??
        local.World.FindByUserId(user) ?? local.World.Customers.FirstOrDefault(customer => NameOf(tenant, customer) == user);

    /// <summary>A number and a customer of the page.</summary>
    /// <exception cref="ApiRefusal">There is no such.</exception>
    internal (BusinessNumber Number, Customer Customer) Of(string number, string customer) =>
        (Number(number), local.World.FindCustomer(customer) ?? throw ApiRefusal.Unknown("customer"));

    internal BusinessNumber Number(string number) => local.World.FindNumber(number) ?? throw ApiRefusal.Unknown("number");
}
