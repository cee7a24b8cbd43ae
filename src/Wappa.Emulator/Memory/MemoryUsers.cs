using Wappa.Webhooks;

namespace Wappa.Emulator;

/// <summary>Finds out under which name the caches know a customer.</summary>
internal sealed class MemoryUsers(LocalWhatsApp local, UserAliases aliases)
{
    internal static string TenantOf(BusinessNumber number) => number.Tenant ?? number.Id;

    /// <summary>As the app names whoever writes: as it has decided for the ids that webhooks tell, or will decide with the first.</summary>
    internal string NameOf(string tenant, Customer customer)
    {
        var shape = local.Chaos.Settings.LegacyShape ? CustomerIdentity.Legacy : customer.Identity;
        var number = shape is CustomerIdentity.Username ? null : customer.Phone;
        var id = shape is CustomerIdentity.Legacy ? null : customer.UserId;
        var isDecided = aliases.TryFind(new(tenant, number, id), out var user);
        return isDecided || user != id ? user! : number ?? customer.UserId;
    }

    /// <summary>The customer the caches know by a name; null: none any more.</summary>
    internal Customer? Find(string tenant, string user) => local.World.FindByPhone(user) ??
        local.World.FindByUserId(user) ?? local.World.Customers.FirstOrDefault(customer => NameOf(tenant, customer) == user);

    /// <summary>A number and a customer of the page.</summary>
    /// <exception cref="ApiRefusal">There is no such.</exception>
    internal (BusinessNumber Number, Customer Customer) Of(string number, string customer) =>
        (Number(number), local.World.FindCustomer(customer) ?? throw ApiRefusal.Unknown("customer"));

    internal BusinessNumber Number(string number) => local.World.FindNumber(number) ?? throw ApiRefusal.Unknown("number");
}
