using Wappa.Caching;

namespace Wappa.Caching.Tests.Keys;

/// <summary>Keys of a Redis cluster: the braces keep a person's records on one node.</summary>
public class ClusterKeyTests
{
    private static readonly KeyFactory Keys = KeyFactory.Default;

    [Fact]
    public void ClusterKey_OfEachKind_TagsThePersonOrTheRow()
    {
        Keys.ClusterKey(RecordKey.User("hotel123", "1234567890")).ShouldBe("{hotel123:1234567890}:user");
        Keys.ClusterKey(RecordKey.User("hotel123", "1234567890", "stats")).ShouldBe("{hotel123:1234567890}:user:stats");
        Keys.ClusterKey(RecordKey.State("hotel123", "1234567890", "pizza_order"))
            .ShouldBe("{hotel123:1234567890}:state:pizza_order");
        Keys.ClusterKey(RecordKey.Table("hotel123", TableKey.Row("products", "pizza_large")))
            .ShouldBe("{hotel123:products:pizza_large}:df");
    }

    [Fact]
    public void ClusterKey_BracesColonsAndPercents_CannotMoveTheTag()
    {
        var key = Keys.ClusterKey(RecordKey.User("a}b{", "c:d%", "{x}"));

        key.ShouldBe("{a%7Db%7B:c%3Ad%25}:user:%7Bx%7D");
        key.IndexOf('{').ShouldBe(0);
        key.Count(character => character == '}').ShouldBe(1);
    }

    [Fact]
    public void ClusterKey_DifferentRecords_NeverShareAKey()
    {
        string[] parts = ["a", "a:b", "a%3Ab", "b", "{a}", "%7Ba%7D", "profile", "state", "user", "df"];
        var keys =
            from tenant in parts
            from owner in parts
            from name in parts
            from key in new[]
            {
                RecordKey.User(tenant, owner, name), RecordKey.State(tenant, owner, name),
                RecordKey.Table(tenant, TableKey.Row(owner, name)),
            }
            select Keys.ClusterKey(key);

        keys.ShouldBeUnique();
    }
}
