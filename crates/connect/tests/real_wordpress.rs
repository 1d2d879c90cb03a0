//! WordPress against a real one (`real/wordpress.rs`): what the sandbox plays from the handbook, told by the original.

mod common;
#[path = "real/wordpress.rs"]
mod real;

use common::{connector, http, run};
use connect::{Connector, Error, Found, Http, Kind};
use real::WordPress;
use time::macros::datetime;
use url::Url;

/// A hundred and thirty posts, three pages, two courses.
const FILL: &str = r#"
    $mira = wp_insert_user( array( 'user_login' => 'mira', 'user_pass' => 'x', 'display_name' => 'Mira Sol', 'role' => 'author' ) );
    $rd = wp_insert_term( 'R&D', 'category' );
    for ( $n = 1; $n <= 130; $n++ ) {
        $post = array(
            'post_title' => "Post $n isn't \"magic\" & more", 'post_status' => 'publish', 'post_author' => 0 == $n % 2 ? $mira : 1,
            'post_content' => "How to do thing number $n with <strong>care</strong>. " . str_repeat( 'And so on. ', 40 ),
            'post_date' => sprintf( '2025-07-%02d 12:00:00', 1 + $n % 28 ), 'tags_input' => array( 'Rust' ),
            'post_category' => 7 == $n ? array() : array( $rd['term_id'] ),
        );
        if ( 8 == $n ) { $post['post_excerpt'] = 'In <em>short</em>.'; }
        if ( 9 == $n ) { $post['post_password'] = 'secret'; }
        wp_insert_post( $post );
    }
    for ( $n = 1; $n <= 2; $n++ ) {
        $page = array( 'post_title' => "Page $n", 'post_content' => 'Words.', 'post_status' => 'publish', 'post_date' => '2025-07-01 12:00:00' );
        wp_insert_post( $page + array( 'post_type' => 'page' ) );
        $id = wp_insert_post( array( 'post_title' => "Course $n" ) + $page + array( 'post_type' => 'course', 'post_author' => 1 ) );
        wp_set_object_terms( $id, 'Onboarding', 'course-category' );
    }
    wp_insert_post( array( 'post_title' => 'Draft', 'post_content' => 'x', 'post_status' => 'draft' ) );
"#;

fn site(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str()), ("courses", "course")];
    settings.extend(more);
    (connector("wordpress", &settings), http(&[url]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_wordpress_arrives_whole_and_stays_in_step() {
    if !WordPress::is_there() {
        return;
    }
    let wordpress = tokio::task::block_in_place(WordPress::install);
    let php = |code: &str| tokio::task::block_in_place(|| wordpress.php(code));
    php(FILL);
    let url = wordpress.url();

    let (client, client_http) = site(&url, &[]);
    let steps = client.test(&client_http).await;
    assert!(steps.len() == 4 && steps.iter().all(|step| step.outcome.is_ok()), "{steps:?}");
    let first = run(&*client, &client_http, None).await.unwrap();
    assert!(first.complete && first.rejected.is_empty(), "{:?}", first.rejected);
    let find = |title: &str| first.resources().into_iter().find(|item| item.title.starts_with(title)).unwrap().clone();
    for n in 1..=130 {
        let post = find(&format!("Post {n} "));
        assert_eq!(post.title, format!("Post {n} isn’t “magic” & more"));
        assert_eq!(post.authors, if n % 2 == 0 { "Mira Sol" } else { "editor" });
        assert_eq!((post.kind, post.language.as_deref()), (Kind::Article, Some("en-GB")));
        assert_eq!(post.topics, if n == 7 { vec!["Rust"] } else { vec!["R&D", "Rust"] });
        match n {
            8 => assert_eq!(post.summary, "In short."),
            9 => assert_eq!(post.summary, "", "a post with a password shows nothing"),
            _ => assert!(
                post.summary.starts_with(&format!("How to do thing number {n} with care. And"))
                    && post.summary.ends_with('…'),
                "{}",
                post.summary
            ),
        }
    }
    assert_eq!(first.items.len(), 130 + 2 + 2 + 2, "and WordPress's own post and page");
    // Noon in Berlin in summer.
    let noon = datetime!(2025-07-02 10:00 UTC).unix_timestamp() * 1000;
    assert_eq!((find("Post 1 ").published_at, find("Post 1 ").changed_at), (Some(noon), Some(noon)));
    let course = find("Course 1");
    assert_eq!((course.kind, course.topics.as_slice()), (Kind::Course, &["Onboarding".to_owned()][..]));
    assert_eq!(course.summary, "Words.");

    changes_follow(&php, &url, first.cursor.as_ref()).await;
    signing_in(&php, &url).await;

    // The same without pretty permalinks.
    php("$wp_rewrite->set_permalink_structure( '' ); $wp_rewrite->flush_rules( false );");
    let plain = run(&*client, &client_http, None).await.unwrap();
    assert_eq!((plain.items.len(), plain.complete), (135, true));
    assert!(client_http.outcomes().last().unwrap().url.contains("rest_route="));
    assert!(plain.resources().iter().any(|item| item.url.contains("?p=")));
}

async fn changes_follow(php: &impl Fn(&str) -> String, url: &Url, cursor: Option<&connect::Cursor>) {
    let (client, http) = site(url, &[]);
    let quiet = run(&*client, &http, cursor).await.unwrap();
    assert_eq!((quiet.items.len(), quiet.complete), (0, false), "{:?}", quiet.titles());
    let said = php(r#"$ids = array();
        foreach ( array( 'Post 20', 'Post 21', 'Post 22' ) as $start ) {
            $ids[] = $wpdb->get_var( $wpdb->prepare( "SELECT ID FROM $wpdb->posts WHERE post_title LIKE %s", "$start %" ) );
        }
        wp_update_post( array( 'ID' => $ids[0], 'post_content' => 'Explained anew.' ) );
        wp_trash_post( $ids[1] );
        wp_delete_post( $ids[2], true );
        // Scheduled for a quarter of an hour ago, and last changed in summer: what cron finds when somebody comes by.
        $late = wp_insert_post( array( 'post_title' => 'Scheduled', 'post_content' => 'At last.', 'post_status' => 'draft' ) );
        $at = time() - 900;
        $wpdb->update( $wpdb->posts, array( 'post_status' => 'future', 'post_date' => wp_date( 'Y-m-d H:i:s', $at ),
            'post_date_gmt' => gmdate( 'Y-m-d H:i:s', $at ), 'post_modified' => '2025-07-01 12:00:00',
            'post_modified_gmt' => '2025-07-01 10:00:00' ), array( 'ID' => $late ) );
        clean_post_cache( $late );
        wp_publish_post( $late );
        echo json_encode( array( $ids[0], $ids[1], $ids[2], (string) $late ) );"#);
    let ids: Vec<String> = serde_json::from_str(&said).unwrap();
    let second = run(&*client, &http, quiet.cursor.as_ref()).await.unwrap();
    assert_eq!((second.titles(), second.complete), (vec!["Post 20 isn’t “magic” & more", "Scheduled"], false));
    let edited = second.resources().into_iter().find(|post| post.external_id == ids[0]).unwrap();
    assert_eq!(edited.summary, "Explained anew.");

    let (daily, http) = site(url, &[("full_days", "0")]);
    let full = run(&*daily, &http, second.cursor.as_ref()).await.unwrap();
    assert_eq!((full.items.len(), full.complete), (135, true));
    assert!(!full.ids().contains(&ids[1].as_str()) && !full.ids().contains(&ids[2].as_str()));
    assert!(full.ids().contains(&ids[3].as_str()));
}

async fn signing_in(php: &impl Fn(&str) -> String, url: &Url) {
    let password = php(
        "list( $password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'Atrium' ) );
        echo WP_Application_Passwords::chunk_password( $password );",
    );
    let refused = async |settings: &[(&str, &str)], code: &str| {
        let (client, http) = site(url, settings);
        let error = client.test(&http).await.pop().unwrap().outcome.unwrap_err();
        assert!(matches!(&error, Error::SignIn { reason, .. } if reason.contains(code)), "{error}");
    };
    let wrong = [("user", "editor"), ("password", "abcd efgh")];
    refused(&wrong, "incorrect_password").await;
    refused(&[("user", "nobody"), ("password", "abcd efgh")], "invalid_username").await;
    php("update_option( 'for_members', 1 );");
    refused(&[], "rest_not_logged_in").await;
    // The filter that closes a site comes before the one that looks at passwords.
    refused(&wrong, "rest_not_logged_in").await;
    let (right, http) = site(url, &[("user", "editor"), ("password", password.trim())]);
    let steps = right.test(&http).await;
    assert!(steps.len() == 4 && matches!(&steps[2].outcome, Ok(Found::Checked(_))), "{steps:?}");
    assert_eq!(run(&*right, &http, None).await.unwrap().items.len(), 135);
    php("delete_option( 'for_members' );");
}
